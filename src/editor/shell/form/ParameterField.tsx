/** A parameter of another node, chosen from those upstream. */
import { described, FieldFrame } from './FieldFrame.js';
import type { ControlProps } from './field-props.js';

/** One of the parameters upstream, by node. */
export function ParameterField({ field, value, problem, offers = [], commit, id }: ControlProps) {
  const groups = [...new Set(offers.map(({ group }) => group))];
  const known = offers.some((offer) => offer.value === value);
  const now = String(value);
  return (
    <FieldFrame id={id} field={field} fault={problem}>
      <select
        id={id}
        className="input"
        value={now}
        aria-invalid={problem !== undefined}
        aria-describedby={described(id, field, problem)}
        onChange={(event) => commit(event.target.value)}
      >
        {!known && (
          <option value={now}>{now === '' ? (offers.length === 0 ? 'nothing upstream' : 'choose…') : now}</option>
        )}
        {groups.map((group) => (
          <optgroup key={group} label={group}>
            {offers
              .filter((offer) => offer.group === group)
              .map((offer) => (
                <option key={offer.value} value={offer.value}>
                  {offer.label}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
    </FieldFrame>
  );
}
