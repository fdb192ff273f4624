/** The scalars of a summary as people read them, in the window and in the report; files keep plain names and every digit. */
import { formatShare, formatValue, subscript } from './text.js';
import type { Scalar } from './views.js';

const NAMES: Readonly<Record<string, string>> = {
  components2m: 'components at 2m neighbours',
  components3m: 'components at 3ᵐ − 1 neighbours',
  constant: 'J of the best constant',
  cap: 'cap on J',
  candidates: 'candidates tried',
  count: 'count',
  deadUnits: 'dead units',
  embedded: 'members embedded',
  epsilon: 'ε',
  found: 'vectors found, m + 1',
  highest: 'largest J',
  leastOfAClass: 'smallest class',
  log10Copies: 'log₁₀ of copies',
  lowest: 'smallest J',
  members: 'members',
  mostOfAClass: 'largest class',
  membersBelowCap: 'members below the cap',
  multiplyAdds: 'multiply-adds per input',
  nearerToZero: 'members nearer to zero than to φ',
  onBorder: 'members on the border',
  parameters: 'parameters P',
  power: 'power E[φ²]',
  rank: 'dimension m',
  rejected: 'candidates rejected',
  route: 'computed by',
  relativeCap: 'cap / E[φ²]',
  relativeEpsilon: 'ε / E[φ²]',
  share: 'share of the grid',
  size: 'parameters P',
  suggestedEpsilon: 'suggested ε',
  thinMembers: 'members alone along some axis',
  touchesBorder: 'touches the border',
  units: 'units of activation layers',
  variance: 'variance of φ',
  vectors: 'parameter vectors',
  worstRelativeLoss: 'largest J / E[φ²] selected',
  zero: 'J of the zero function',
  zeroMembers: 'members that are the zero function',
};

/** The name of a scalar for people: `suggestedEpsilon` → suggested ε, `loss2` → J of θ₂, `test.count` → count, test. */
export function scalarName(name: string): string {
  const known = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  if (known) return known;
  const numbered = /^(loss|singularValue)(\d+)$/.exec(name);
  if (numbered) {
    const index = subscript(Number(numbered[2]));
    return numbered[1] === 'loss' ? `J of θ${index}` : `σ${index}`;
  }
  const part = /^([a-z]+)\.(\w+)$/.exec(name);
  if (part) return `${scalarName(part[2]!)}, ${part[1]}`;
  if (!/^[a-z][A-Za-z\d]*$/.test(name)) return name; // words already: 'G_ReLU, layer 3 (points)'
  return name
    .replace(/(?<=[a-z\d])[A-Z]|(?<=[A-Z])[A-Z](?=[a-z])/g, (after) => ` ${after.toLowerCase()}`)
    .replace(/(?<=[a-z])\d+$/, ' $&');
}

const SHARES = /^(share|(training|validation)Accuracy(Deviation)?|accuracy(Deviation)?)$/;

/** The value of a scalar for people: whole numbers exactly, others to `digits` figures, shares in percent. */
export function scalarText(name: string, value: Scalar, digits = 6): string {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  return SHARES.test(name) ? formatShare(value) : formatValue(value, digits);
}
