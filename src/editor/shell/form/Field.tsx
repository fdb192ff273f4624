/** One parameter in a form. What is typed is checked as it is typed; a bad value stays in the field, is explained there, and is not committed. */
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { messageOf } from '../../../catalog/errors.js';
import type { FormField } from '../../../catalog/form.js';
import { formatCount } from '../../../catalog/text.js';
import type { ArrayHeader } from '../../../catalog/work.js';
import type { FileReference, Json } from '../../../document/schema.js';
import { exactNumber, parseNumber, parseNumbers, parseRows } from './number-text.js';

/** What every field gets. */
export interface FieldProps {
  readonly field: FormField;
  readonly value: Json;
  /** What is wrong with a value, or undefined. */
  readonly fault: (value: unknown) => string | undefined;
  /** What the document's check says of the present value: a fault that needs more than this field to see. */
  readonly problem?: string | undefined;
  /** Makes the value part of the document; `dragging` joins the steps of one drag. */
  readonly commit: (value: Json) => void;
  /** Stands beside another field in one row. */
  readonly half?: boolean;
  /** The arrays of the file that the node names: shown below it, and offered where a name is typed. */
  readonly arrays?: readonly ArrayHeader[] | undefined;
  readonly addFile: (name: string, bytes: Uint8Array) => Promise<FileReference>;
}

/** A parameter's label, unit, control, fault and help. */
export function Field(props: FieldProps) {
  const { field } = props;
  const id = useId();
  switch (field.widget) {
    case 'slider':
      return <SliderField {...props} id={id} />;
    case 'choice':
      return <ChoiceField {...props} id={id} />;
    case 'switch':
      return <SwitchField {...props} id={id} />;
    case 'file':
      return <FileField {...props} id={id} />;
    default:
      return <TextField {...props} id={id} />;
  }
}

type WithId = FieldProps & { readonly id: string };

function Frame(props: {
  half?: boolean | undefined;
  id: string;
  field: FormField;
  fault?: string | undefined;
  aside?: ReactNode;
  children: ReactNode;
}) {
  const { id, field, fault, aside, children } = props;
  return (
    <div className={`field${fault ? ' faulty' : ''}${props.half ? ' half' : ''}`}>
      <label htmlFor={id}>
        {field.label}
        <span className="muted">{aside ?? field.unit}</span>
      </label>
      {children}
      {fault && (
        <small className="fault" id={`${id}-fault`} role="alert">
          {fault}
        </small>
      )}
      {field.help && <small id={`${id}-help`}>{field.help}</small>}
    </div>
  );
}

const described = (id: string, field: FormField, fault: string | undefined): string | undefined =>
  [fault && `${id}-fault`, field.help && `${id}-help`].filter(Boolean).join(' ') || undefined;

/** Text ↔ value of the widgets that are typed. */
function showValue(field: FormField, value: Json): string {
  if (typeof value === 'number') return exactNumber(value);
  if (field.widget === 'matrix' && Array.isArray(value))
    return (value as number[][]).map((row) => row.map(exactNumber).join(', ')).join('\n');
  if (Array.isArray(value)) return (value as number[]).map(exactNumber).join(', ');
  return value === null ? '' : String(value);
}

function readValue(field: FormField, text: string): { value: unknown } | { fault: string } {
  switch (field.widget) {
    case 'number':
    case 'integer': {
      const value = parseNumber(text);
      // Not a number: let the schema say what it expects of this text.
      return { value: value ?? text };
    }
    case 'numbers':
    case 'integers': {
      const value = parseNumbers(text);
      return value ? { value } : { fault: `expected numbers parted by commas, got "${text.trim()}"` };
    }
    case 'matrix': {
      const value = parseRows(text);
      return value ? { value } : { fault: 'expected one row of numbers per line' };
    }
    default:
      return { value: text };
  }
}

function TextField({ field, value, fault, problem, arrays, commit, id, half }: WithId) {
  const shown = showValue(field, value);
  const [text, setText] = useState(shown);
  const [touched, setTouched] = useState(false);
  useEffect(() => {
    setText(shown);
    setTouched(false);
  }, [shown]);
  const read = readValue(field, text);
  const wrong = touched ? ('fault' in read ? read.fault : fault(read.value)) : problem;
  const finish = () => {
    if (!touched || 'fault' in read || fault(read.value) !== undefined) return;
    commit(read.value as Json);
    setText(showValue(field, read.value as Json));
    setTouched(false);
  };
  const step = (event: KeyboardEvent): boolean => {
    const now = parseNumber(text);
    if (now === undefined || (field.widget !== 'integer' && field.widget !== 'number')) return false;
    const size = field.integer ? 1 : 10 ** (Math.floor(Math.log10(Math.abs(now) || 1)) - 1);
    const by = size * (event.shiftKey ? 10 : 1) * (event.key === 'ArrowUp' ? 1 : -1);
    const next = Number((now + by).toPrecision(12));
    if (fault(next) !== undefined) return true;
    commit(next);
    return true;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (field.widget !== 'matrix' || event.ctrlKey || event.metaKey)) finish();
    else if (event.key === 'Escape' && touched) {
      setText(shown);
      setTouched(false);
      event.stopPropagation();
    } else if ((event.key === 'ArrowUp' || event.key === 'ArrowDown') && step(event)) event.preventDefault();
  };
  const shared = {
    id,
    value: text,
    className: 'input',
    spellCheck: false,
    autoComplete: 'off',
    'aria-invalid': wrong !== undefined,
    'aria-describedby': described(id, field, wrong),
    onBlur: finish,
    onKeyDown,
  };
  const onText = (next: string) => {
    setText(next);
    setTouched(next !== shown);
  };
  return (
    <Frame id={id} field={field} fault={wrong} half={half}>
      {field.widget === 'matrix' ? (
        <textarea
          {...shared}
          rows={Math.min(8, Math.max(2, text.split('\n').length))}
          onChange={(e) => onText(e.target.value)}
        />
      ) : (
        <input
          {...shared}
          type="text"
          list={field.widget === 'text' && arrays ? `${id}-names` : undefined}
          onChange={(e) => onText(e.target.value)}
        />
      )}
      {field.widget === 'text' && arrays && (
        <datalist id={`${id}-names`}>
          {arrays.map(({ name, shape }) => (
            <option key={name} value={name} label={`[${shape.join(', ')}]`} />
          ))}
        </datalist>
      )}
    </Frame>
  );
}

function SliderField({ field, value, fault, commit, id }: WithId) {
  const { min = 0, max = 100 } = field;
  const now = typeof value === 'number' ? value : Number(field.default);
  // A wide range is moved through by ratio, so that its small end can be reached.
  const ratio = min > 0 && max / min >= 50;
  const place = ratio ? Math.log(now / min) / Math.log(max / min) : (now - min) / (max - min);
  const share = Math.min(1, Math.max(0, place));
  const valueAt = (at: number) => {
    const exact = ratio ? min * (max / min) ** at : min + at * (max - min);
    return Math.min(max, Math.max(min, field.integer ? Math.round(exact) : exact));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    commit(Math.min(max, Math.max(min, now + by)));
  };
  return (
    <div className="field">
      <label htmlFor={id}>
        {field.label}
        <TypedNumber field={field} value={now} fault={fault} commit={commit} />
      </label>
      <input
        id={id}
        type="range"
        className="slider"
        min={0}
        max={1}
        step={0.001}
        value={share}
        style={{ ['--share' as string]: `${100 * share}%` }}
        aria-valuetext={formatCount(now)}
        aria-describedby={field.help ? `${id}-help` : undefined}
        onChange={(event) => commit(valueAt(Number(event.target.value)))}
        onKeyDown={onKeyDown}
      />
      {field.help && <small id={`${id}-help`}>{field.help}</small>}
    </div>
  );
}

/** The number above a slider, which can be typed as well. */
function TypedNumber({
  field,
  value,
  fault,
  commit,
}: Pick<FieldProps, 'field' | 'fault' | 'commit'> & { value: number }) {
  const [text, setText] = useState<string>();
  const wrong = text === undefined ? undefined : fault(parseNumber(text) ?? text);
  const finish = () => {
    if (text !== undefined && wrong === undefined) commit(parseNumber(text)!);
    setText(undefined);
  };
  return (
    <input
      type="text"
      className="slider-value"
      aria-label={`${field.label}, typed`}
      aria-invalid={wrong !== undefined}
      title={wrong ?? ''}
      value={text ?? exactNumber(value)}
      onChange={(event) => setText(event.target.value)}
      onBlur={finish}
      onKeyDown={(event) => {
        if (event.key === 'Enter') finish();
        if (event.key === 'Escape') setText(undefined);
      }}
    />
  );
}

function ChoiceField({ field, value, fault, problem, commit, id }: WithId) {
  const choices = Object.entries(field.choices ?? {});
  const wrong = fault(value) ?? problem;
  return (
    <Frame id={id} field={field} fault={wrong}>
      <select
        id={id}
        className="input"
        value={String(value)}
        aria-describedby={described(id, field, wrong)}
        onChange={(event) => commit(event.target.value)}
      >
        {fault(value) && <option value={String(value)}>{String(value)}</option>}
        {choices.map(([name, label]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

function SwitchField({ field, value, commit, id }: WithId) {
  return (
    <div className="field switch">
      <label htmlFor={id}>
        {field.label}
        <input
          id={id}
          type="checkbox"
          role="switch"
          checked={value === true}
          aria-checked={value === true}
          aria-describedby={field.help ? `${id}-help` : undefined}
          onChange={(event) => commit(event.target.checked)}
        />
      </label>
      {field.help && <small id={`${id}-help`}>{field.help}</small>}
    </div>
  );
}

function FileField({ field, value, problem, arrays, commit, addFile, id }: WithId) {
  const [fault, setFault] = useState<string>();
  const picker = useRef<HTMLInputElement>(null);
  const file = value !== null && typeof value === 'object' && 'name' in value ? (value as FileReference) : undefined;
  const take = async (chosen: File | undefined) => {
    if (!chosen) return;
    setFault(undefined);
    try {
      commit(await addFile(chosen.name, new Uint8Array(await chosen.arrayBuffer())));
    } catch (error) {
      setFault(messageOf(error));
    }
  };
  return (
    <Frame id={id} field={field} fault={fault ?? problem}>
      <div className="file-field">
        <button type="button" id={id} className="input" onClick={() => picker.current?.click()}>
          {file ? file.name : 'Choose a file…'}
        </button>
        {file && (
          <button type="button" className="button quiet" onClick={() => commit(null)}>
            Clear
          </button>
        )}
      </div>
      {file && <small className="hash">SHA-256 {file.sha256.slice(0, 16)}…</small>}
      {file && arrays && (
        <ul className="arrays" aria-label={`Arrays of ${file.name}`}>
          {arrays.map(({ name, dtype, shape }) => (
            <li key={name}>
              <b>{name || 'array'}</b>
              <span className="muted">
                {dtype} [{shape.join(', ')}]
              </span>
            </li>
          ))}
        </ul>
      )}
      <input
        ref={picker}
        type="file"
        hidden
        tabIndex={-1}
        aria-label={field.label}
        accept=".npy,.npz,.safetensors"
        onChange={(event) => {
          void take(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
    </Frame>
  );
}
