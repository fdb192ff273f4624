/** Values as errors show them. */

/** A value as an error shows it: short JSON, cut where long. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'nothing';
    case 'string':
      return JSON.stringify(clipped(value));
    case 'number':
    case 'boolean':
      return String(value);
    case 'object': {
      if (value === null) return 'null';
      if (Array.isArray(value)) {
        const flat = value.length <= 8 && value.every((item) => typeof item !== 'object');
        const text = flat ? `[${value.map(shown).join(', ')}]` : '';
        return text !== '' && text.length <= 48 ? text : `a list of ${value.length}`;
      }
      return 'an object';
    }
    default:
      return `a ${typeof value}`;
  }
}

/** A text cut where it is long. */
export const clipped = (text: string): string => (text.length <= 48 ? text : `${text.slice(0, 47)}…`);
