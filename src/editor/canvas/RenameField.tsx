/** A title being typed in place: Enter keeps it, Escape gives back the old one, leaving keeps it. */
import { useEffect, useRef } from 'react';

/** The field. `onDone` gets the text, or undefined when the old one stays. */
export function RenameField({
  label,
  value,
  onDone,
}: {
  label: string;
  value: string;
  onDone: (text: string | undefined) => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  const done = useRef(false);
  useEffect(() => field.current?.select(), []);
  const finish = (text: string | undefined): void => {
    if (done.current) return;
    done.current = true;
    onDone(text?.trim());
  };
  return (
    <input
      ref={field}
      className="fs-rename"
      aria-label={label}
      maxLength={200}
      defaultValue={value}
      onPointerDown={(event) => event.stopPropagation()}
      onBlur={(event) => finish(event.target.value)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') finish(event.currentTarget.value);
        else if (event.key === 'Escape') finish(undefined);
      }}
    />
  );
}
