/** What is said of a bad file. */
import { FiberscopeError } from '../../src/catalog/errors.js';

/** The message with which reading refuses a file, 'none' where it does not; any other error goes on. */
export function fileFaultOf(read: () => unknown): string {
  try {
    read();
    return 'none';
  } catch (error) {
    return messageOf(error);
  }
}

/** The same of reading that takes time. */
export const fileFaultIn = (reading: Promise<unknown>): Promise<string> => reading.then(() => 'none', messageOf);

function messageOf(error: unknown): string {
  if (error instanceof FiberscopeError && error.kind === 'file') return error.message;
  throw error;
}
