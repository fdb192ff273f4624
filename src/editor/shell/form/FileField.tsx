/** A file that the node reads: chosen, named with its hash, its arrays listed. */

import { useRef, useState } from 'react';
import { dtypeName } from '../../../arrays/dtype.js';
import { messageOf } from '../../../catalog/errors.js';
import type { FileReference } from '../../../document/schema.js';
import { FieldFrame } from './FieldFrame.js';
import type { ControlProps } from './field-props.js';

/** A button that chooses a file. */
export function FileField({ field, value, problem, arrays, commit, addFile, id }: ControlProps) {
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
    <FieldFrame id={id} field={field} fault={fault ?? problem}>
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
        accept=".npy,.npz,.safetensors"
        onChange={(event) => {
          void take(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
    </FieldFrame>
  );
}
