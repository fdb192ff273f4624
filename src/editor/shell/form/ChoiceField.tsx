/** A parameter that is chosen: one of a list, or on and off. */
import { described, FieldFrame } from './FieldFrame.js';
import type { ControlProps } from './field-props.js';

/** One of a list. */
export function ChoiceField({ field, value, fault, problem, commit, id }: ControlProps) {
  const choices = Object.entries(field.choices ?? {});
  const wrong = fault(value) ?? problem;
  return (
    <FieldFrame id={id} field={field} fault={wrong}>
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
    </FieldFrame>
  );
}

/** On or off. */
export function SwitchField({ field, value, commit, id }: ControlProps) {
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
