/** What the command line reads and writes, so that tests can stand in for a terminal; and how a command ends. */

/** Where text goes and what interrupts. */
export interface Io {
  /** Results: stdout. */
  out(text: string): void;
  /** Progress and errors: stderr. */
  err(text: string): void;
  /** Whether stderr is a terminal, where a line can be rewritten. */
  readonly terminal: boolean;
  /** Columns of that terminal, where known. */
  readonly columns?: number;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Exit codes. */
export const EXIT = { done: 0, failed: 1, usage: 2, device: 3, interrupted: 130 } as const;
/** An exit code. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with lines on stderr and an exit code. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly lines: readonly string[],
    readonly code: ExitCode = EXIT.usage,
  ) {
    super(lines.join('\n'));
  }
}
