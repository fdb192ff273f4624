import { problemText } from '../../src/document/faults.js';
import type { Problem } from '../../src/document/schema.js';

/** All problems on their own lines. */
export const problemLines = (problems: readonly Problem[]): string => problems.map(problemText).join('\n');
