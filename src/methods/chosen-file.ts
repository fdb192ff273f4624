/** Files that parameters name, for checks before a run. */
import { FiberscopeError } from '../catalog/errors.js';
import type { FileSource } from '../catalog/work.js';
import type { FileReference } from '../document/schema.js';

/** The file of a parameter. Throws a `file` error where none is chosen; `what` says which may be. */
export function chosenFile(param: string, file: FileReference | null | undefined, what: string): FileReference {
  if (file) return file;
  throw new FiberscopeError('file', `parameter '${param}': expected a file, got none; choose ${what}`);
}

/** The error of a file that is named and not here. */
export const notHere = (param: string, { name, sha256 }: FileReference): FiberscopeError =>
  new FiberscopeError(
    'file',
    `parameter '${param}': expected '${name}' (SHA-256 ${sha256.slice(0, 8)}…), got no such file here; choose it again, or open a bundle that has it; for the command line, put it beside the document`,
  );

/** The bytes of the file of a parameter. Throws a `file` error where none is chosen, or it is not here. */
export function chosenBytes(
  files: FileSource,
  param: string,
  file: FileReference | null | undefined,
  what: string,
): Uint8Array {
  const chosen = chosenFile(param, file, what);
  const bytes = files.bytes(chosen);
  if (bytes === undefined) throw notHere(param, chosen);
  return bytes;
}

/** What a check gives; where it finds a fault, the error names the parameter, so that a form can show it there. */
export function checking<T>(param: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof FiberscopeError) || /^(parameter|input) '/.test(error.message)) throw error;
    throw new FiberscopeError(error.kind, `parameter '${param}': ${error.message}`, { cause: error });
  }
}
