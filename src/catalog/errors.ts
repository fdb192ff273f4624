/** The kinds of fault that people meet. */
export type FaultKind =
  | 'document' // malformed or newer document
  | 'parameter' // a parameter out of its range
  | 'wire' // wrong types, missing input, cycle
  | 'shape' // arrays or layers that do not fit
  | 'file' // missing, truncated, hostile or wrong file
  | 'limit' // refused before it starts: too large for this machine
  | 'device' // device unavailable, lost, out of memory
  | 'search' // did not converge
  | 'cancelled'
  | 'internal'; // a fault of Fiberscope itself

/** The one error class that reaches people: its message says who, which port or argument, expected, got, and what to do. */
export class FiberscopeError extends Error {
  override readonly name = 'FiberscopeError';
  constructor(
    readonly kind: FaultKind,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** The text that people see for any thrown thing; a stack trace never is. */
export function messageOf(error: unknown): string {
  if (error instanceof FiberscopeError) return error.message;
  if (error instanceof Error) return `internal error: ${error.message}; please report it with the saved document`;
  return `internal error: ${String(error)}`;
}
