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
  /** Aborted by Ctrl-C, and when the system ends the process; the reason is the exit code where it is another than 130. */
  readonly signal: AbortSignal;
}

/** Control characters, and those that turn the direction of text or end a line: what a terminal obeys instead of showing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** A line that a terminal can only show: control characters of documents, files and errors as `\u001b`. */
export function printable(line: string): string {
  return line.replace(CONTROLS, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same of text in lines. */
const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

/** Everything that is printed by these is made fit for a terminal, line by line. */
export function guarded(io: Io): Io {
  const { terminal, columns, signal } = io;
  return {
    out: (text) => io.out(printableLines(text)),
    err: (text) => io.err(printableLines(text)),
    terminal,
    ...(columns === undefined ? {} : { columns }),
    signal,
  };
}

/** Exit codes. */
export const EXIT = { done: 0, failed: 1, usage: 2, device: 3, hungUp: 129, interrupted: 130, ended: 143 } as const;
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
