import { describe, expect, it } from 'vitest';
import type { RulerData } from '../../../src/catalog/views.js';
import { standing } from '../../../src/editor/plots/ruler-range.js';
import { rulerJ, rulerX } from '../../../src/plot/ruler.js';

const ruler = (epsilon: number, loss = 1e-4): RulerData => ({
  scale: { power: 1, variance: 0.5, zero: 1, constant: 0.5 },
  marks: [{ name: 'θ_0', loss }],
  lowest: 1e-6,
  highest: 3,
  epsilon,
});

describe('the range of the J ruler', () => {
  it('leaves the handle where it was let go', () => {
    const first = standing(undefined, ruler(0.01), undefined);
    const released = rulerJ(first.domain, 1000, 950);
    const after = standing(first, ruler(released), undefined);
    expect(rulerX(after.domain, 1000, released)).toBeCloseTo(950, 6);
    expect(standing(undefined, ruler(released), undefined).domain).not.toEqual(first.domain); // it would have jumped
  });
  it('is a new one for other marks, and for an ε outside', () => {
    const first = standing(undefined, ruler(0.01), undefined);
    expect(standing(first, ruler(0.01, 1e-9), undefined).domain).not.toEqual(first.domain);
    const far = standing(first, ruler(1e4), undefined);
    expect(far.domain.high).toBeGreaterThan(1e4);
  });
});
