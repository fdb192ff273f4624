/** A parameter in whose place a wired input puts another value. */
import type { FormField } from '../../../catalog/form.js';
import { FieldFrame } from './FieldFrame.js';
import type { ControlProps, Overruled } from './field-props.js';
import { showValue } from './value-text.js';

/** The value that counts, not to be typed, and where it comes from. */
export function OverruledField({ field, value, overruled, id }: ControlProps & { readonly overruled: Overruled }) {
  const { by, value: counts } = overruled;
  const [shown, typed] = [counts === undefined ? '' : showValue(field, counts), showValue(field, value)];
  const known = counts === undefined ? 'known once that has a shape' : typed === shown ? '' : `typed here: ${typed}`;
  const help = `as wired to ${by}${known && `; ${known}`}`;
  return (
    <FieldFrame id={id} field={{ ...field, help }}>
      <input id={id} className="input" type="text" value={shown} disabled aria-describedby={`${id}-help`} />
    </FieldFrame>
  );
}

/** A field of which a wired input overrules a part, with what counts in its help. */
export function withNote(field: FormField, { by, value }: Overruled): FormField {
  const note = value === undefined ? `in part as wired to ${by}` : `as wired to ${by}: ${showValue(field, value)}`;
  return { ...field, help: field.help ? `${field.help}; ${note}` : note };
}
