/** Text ↔ value of the fields that are typed. Pure. */
import type { FormField } from '../../../catalog/form.js';
import type { Json } from '../../../document/schema.js';
import { exactNumber, parseNumber, parseNumbers, parseRows } from './number-text.js';

/** A value as it stands in its field. */
export function showValue(field: FormField, value: Json): string {
  if (typeof value === 'number') return exactNumber(value);
  if (field.widget === 'matrix' && Array.isArray(value))
    return (value as number[][]).map((row) => row.map(exactNumber).join(', ')).join('\n');
  if (Array.isArray(value)) return (value as number[]).map(exactNumber).join(', ');
  return value === null ? '' : String(value);
}

/** What a typed text means; its schema may still refuse it. */
export function readValue(field: FormField, text: string): { value: unknown } | { fault: string } {
  switch (field.widget) {
    case 'number':
    case 'integer': {
      const value = parseNumber(text);
      // Not a number: let the schema say what it expects of this text.
      return { value: value ?? text };
    }
    case 'numbers':
    case 'integers': {
      const value = parseNumbers(text);
      return value ? { value } : { fault: `expected numbers parted by commas, got "${text.trim()}"` };
    }
    case 'matrix': {
      const value = parseRows(text);
      return value ? { value } : { fault: 'expected one row of numbers per line' };
    }
    default:
      return { value: text };
  }
}
