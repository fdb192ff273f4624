/** A number with a range: dragged, moved by keys, or typed. */
import { type KeyboardEvent, useEffect, useState } from 'react';
import { formatCount } from '../../../catalog/text.js';
import { described } from './FieldFrame.js';
import type { ControlProps } from './field-props.js';
import { exactNumber, parseNumber } from './number-text.js';

/** A slider with its number above it. */
export function SliderField({ field, value, fault, problem, commit, id }: ControlProps) {
  const { min = 0, max = 100 } = field;
  const now = typeof value === 'number' ? value : Number(field.default);
  const [text, setText] = useState<string>(); // what is typed until it is taken
  // biome-ignore lint/correctness/useExhaustiveDependencies: a value from elsewhere takes the place of what was typed
  useEffect(() => setText(undefined), [now]);
  const wrong = text === undefined ? problem : fault(parseNumber(text) ?? text);
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
  const finish = () => {
    if (text === undefined || wrong !== undefined) return; // what is refused stays, with the reason below
    commit(parseNumber(text)!);
    setText(undefined);
  };
  const onTyped = (event: KeyboardEvent) => {
    if (event.key === 'Enter') finish();
    if (event.key !== 'Escape' || text === undefined) return;
    setText(undefined);
    event.stopPropagation();
  };
  const describedBy = described(id, field, wrong);
  return (
    <div className={wrong ? 'field faulty' : 'field'}>
      <label htmlFor={id}>
        {field.label}
        <input
          type="text"
          className="slider-value"
          aria-label={`${field.label}, typed`}
          aria-invalid={wrong !== undefined}
          aria-describedby={describedBy}
          value={text ?? exactNumber(now)}
          onChange={(event) => setText(event.target.value)}
          onBlur={finish}
          onKeyDown={onTyped}
        />
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
        aria-invalid={problem !== undefined}
        aria-describedby={describedBy}
        onChange={(event) => commit(valueAt(Number(event.target.value)))}
        onKeyDown={onKeyDown}
      />
      {wrong && (
        <small className="fault" id={`${id}-fault`} role="alert">
          {wrong}
        </small>
      )}
      {field.help && <small id={`${id}-help`}>{field.help}</small>}
    </div>
  );
}
