/** What stands around a control: label, unit, fault and help. */
import type { ReactNode } from 'react';
import type { FormField } from '../../../catalog/form.js';

/** A control with its label above, what is wrong and its help below. */
export function FieldFrame(props: {
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

/** Ids of the texts that describe a control. */
export const described = (id: string, field: FormField, fault: string | undefined): string | undefined =>
  [fault && `${id}-fault`, field.help && `${id}-help`].filter(Boolean).join(' ') || undefined;
