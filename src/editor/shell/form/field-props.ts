/** What the fields of a form are given. */
import type { FormField } from '../../../catalog/form.js';
import type { ArrayHeader } from '../../../catalog/work.js';
import type { FileReference, Json } from '../../../document/schema.js';
import type { Offer } from './offers.js';

/** What a wired input does to a parameter. */
export interface Overruled {
  readonly by: string; // label of the input
  readonly part?: string | undefined; // of the value; all of it where absent
  readonly value?: Json | undefined; // what counts, where it is known
}

/** What every field gets. */
export interface FieldProps {
  readonly field: FormField;
  readonly value: Json;
  /** What is wrong with a value, or undefined. */
  readonly fault: (value: unknown) => string | undefined;
  /** What the document's check says of the present value: a fault that needs more than this field to see. */
  readonly problem?: string | undefined;
  /** Makes the value part of the document; `dragging` joins the steps of one drag. */
  readonly commit: (value: Json) => void;
  /** Stands beside another field in one row. */
  readonly half?: boolean;
  /** The arrays of the file that the node names: shown below it, and offered where a name is typed. */
  readonly arrays?: readonly ArrayHeader[] | undefined;
  /** What may be chosen of the nodes upstream, where the parameter names something there. */
  readonly offers?: readonly Offer[] | undefined;
  /** What a wired input puts in the place of the value. */
  readonly overruled?: Overruled | undefined;
  readonly addFile: (name: string, bytes: Uint8Array) => Promise<FileReference>;
}

/** What the control of one kind gets: the id ties it to its label. */
export type ControlProps = FieldProps & { readonly id: string };
