/** A parameter that is typed: a number, numbers, rows of numbers or a text. */
import { type KeyboardEvent, useEffect, useState } from 'react';
import type { Json } from '../../../document/schema.js';
import { described, FieldFrame } from './FieldFrame.js';
import type { ControlProps } from './field-props.js';
import { parseNumber } from './number-text.js';
import { readValue, showValue } from './value-text.js';

/** A text field that commits on Enter and on leaving; arrows step a number. */
export function TextField({ field, value, fault, problem, arrays, offers, commit, id, half }: ControlProps) {
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
  const long = field.widget === 'matrix' || field.widget === 'lines';
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
    if (event.key === 'Enter' && (!long || event.ctrlKey || event.metaKey)) finish();
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
    <FieldFrame id={id} field={field} fault={wrong} half={half}>
      {long ? (
        <textarea
          {...shared}
          rows={Math.min(8, Math.max(2, text.split('\n').length))}
          onChange={(e) => onText(e.target.value)}
        />
      ) : (
        <input
          {...shared}
          type="text"
          list={(field.widget === 'text' && arrays) || offers ? `${id}-names` : undefined}
          onChange={(e) => onText(e.target.value)}
        />
      )}
      {offers && (
        <datalist id={`${id}-names`}>
          {offers.map((offer) => (
            <option key={offer.value} value={offer.value} />
          ))}
        </datalist>
      )}
      {field.widget === 'text' && arrays && (
        <datalist id={`${id}-names`}>
          {arrays.map(({ name, shape }) => (
            <option key={name} value={name} label={`[${shape.join(', ')}]`} />
          ))}
        </datalist>
      )}
    </FieldFrame>
  );
}
