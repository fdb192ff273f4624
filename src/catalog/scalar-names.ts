/** What the scalars of a summary are called where people read them; files keep the plain names. */
import { subscript } from './text.js';

const NAMES: Readonly<Record<string, string>> = {
  components2m: 'components at 2m neighbours',
  components3m: 'components at 3ᵐ − 1 neighbours',
  constant: 'J of the best constant',
  count: 'count',
  deadUnits: 'dead units',
  epsilon: 'ε',
  highest: 'largest J',
  lowest: 'smallest J',
  multiplyAdds: 'multiply-adds per input',
  nearerToZero: 'nearer to zero than to the reference',
  onBorder: 'members on the border',
  parameters: 'parameters P',
  power: 'E[φ²]',
  rank: 'rank m',
  relativeEpsilon: 'ε / E[φ²]',
  share: 'share of the grid',
  size: 'parameters P',
  suggestedEpsilon: 'suggested ε',
  thinMembers: 'members thinner than the spacing',
  touchesBorder: 'touches the border',
  variance: 'variance of φ',
  worstRelativeLoss: 'largest J / E[φ²] of the selected',
  zero: 'J of the zero function',
  zeroMembers: 'members that are the zero function',
};

/** The name of a scalar for people: `suggestedEpsilon` → suggested ε, `loss2` → J of θ₂, `singularValue1` → σ₁. */
export function scalarName(name: string): string {
  const known = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  if (known) return known;
  const numbered = /^(loss|singularValue)(\d+)$/.exec(name);
  if (numbered) {
    const index = subscript(Number(numbered[2]));
    return numbered[1] === 'loss' ? `J of θ${index}` : `σ${index}`;
  }
  return name.replace(/([a-z\d])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
}
