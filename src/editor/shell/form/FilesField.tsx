/** Several files that the node reads, in their order. */
import { useRef, useState } from 'react';
import { messageOf } from '../../../catalog/errors.js';
import type { FileReference, Json } from '../../../document/schema.js';
import { FieldFrame } from './FieldFrame.js';
import { readChosen } from './FileField.js';
import type { ControlProps } from './field-props.js';

/** A button that adds files, and the files that there are, each with a button that removes it. */
export function FilesField({ field, value, problem, fault: faultOf, commit, addFile, id }: ControlProps) {
  const [fault, setFault] = useState<string>();
  const picker = useRef<HTMLInputElement>(null);
  const files = (Array.isArray(value) ? value : []) as unknown as readonly FileReference[];
  const take = async (chosen: readonly File[]) => {
    setFault(undefined);
    try {
      const added: FileReference[] = [];
      for (const file of [...chosen].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))) {
        const { name, bytes } = await readChosen(file);
        added.push(await addFile(name, bytes));
      }
      const all = [...files, ...added];
      const wrong = faultOf(all);
      if (wrong) setFault(wrong);
      else commit(all as unknown as Json);
    } catch (error) {
      setFault(messageOf(error));
    }
  };
  return (
    <FieldFrame id={id} field={field} fault={fault ?? problem}>
      <div className="file-field">
        <button type="button" id={id} className="input" onClick={() => picker.current?.click()}>
          {files.length === 0 ? 'Choose files…' : 'Add files…'}
        </button>
      </div>
      {files.length > 0 && (
        <ul className="arrays" aria-label={`Chosen: ${field.label}`}>
          {files.map(({ name, sha256 }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a file may be there twice, and its place is all that tells
            <li key={`${sha256} ${index}`}>
              <b>{name}</b>
              <button
                type="button"
                className="button quiet"
                aria-label={`Remove ${name}`}
                onClick={() => commit(files.filter((_, at) => at !== index) as unknown as Json)}
              >
                Remove
              </button>
            </li>
          ))}
        </ul>
      )}
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        tabIndex={-1}
        aria-label={field.label}
        accept={field.accept}
        onChange={(event) => {
          void take([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
    </FieldFrame>
  );
}
