/** A file that the node reads: chosen, named with its hash, its arrays listed. A folder is packed first. */

import { useRef, useState } from 'react';
import { dtypeName } from '../../../arrays/dtype.js';
import { messageOf } from '../../../catalog/errors.js';
import type { FileReference } from '../../../document/schema.js';
import { FieldFrame } from './FieldFrame.js';
import type { ControlProps } from './field-props.js';
import { packFolder } from './pack-folder.js';

/** A button that chooses a file. */
export function FileField({ field, value, problem, arrays, commit, addFile, id }: ControlProps) {
  const [fault, setFault] = useState<string>();
  const picker = useRef<HTMLInputElement>(null);
  const folderPicker = useRef<HTMLInputElement>(null);
  const file = value !== null && typeof value === 'object' && 'name' in value ? (value as FileReference) : undefined;
  const take = async (read: () => Promise<{ name: string; bytes: Uint8Array }>) => {
    setFault(undefined);
    try {
      const { name, bytes } = await read();
      commit(await addFile(name, bytes));
    } catch (error) {
      setFault(messageOf(error));
    }
  };
  return (
    <FieldFrame id={id} field={field} fault={fault ?? problem}>
      <div className="file-field">
        <button type="button" id={id} className="input" onClick={() => picker.current?.click()}>
          {file ? file.name : 'Choose a file…'}
        </button>
        {field.folder && (
          <button
            type="button"
            className="button quiet"
            aria-label="Choose a folder"
            onClick={() => folderPicker.current?.click()}
          >
            Folder…
          </button>
        )}
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
                {dtypeName(dtype)} [{shape.join(', ')}]
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
        accept={field.accept}
        onChange={(event) => {
          const [chosen] = event.target.files ?? [];
          if (chosen) void take(() => readChosen(chosen));
          event.target.value = '';
        }}
      />
      {field.folder && (
        <input
          ref={folderPicker}
          type="file"
          hidden
          tabIndex={-1}
          aria-label={`${field.label}: a folder`}
          {...{ webkitdirectory: '' }}
          onChange={(event) => {
            const chosen = [...(event.target.files ?? [])];
            if (chosen.length > 0) void take(() => packFolder(chosen));
            event.target.value = '';
          }}
        />
      )}
    </FieldFrame>
  );
}

/** Name and bytes of a chosen file. */
export const readChosen = async (file: File): Promise<{ name: string; bytes: Uint8Array }> => ({
  name: file.name,
  bytes: new Uint8Array(await file.arrayBuffer()),
});
