import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RulerData } from '../../src/catalog/views.js';
import { nullModelFlags } from '../../src/plot/headline.js';
import { layoutRuler, type RulerLayout, rulerDomain, rulerJ, rulerX } from '../../src/plot/ruler.js';
import { spread } from '../../src/plot/spread.js';

// The recorded FCN grid: the losses of θ₀…θ₃ and the null models.
const published: RulerData = {
  scale: { power: 1.58733e-4, variance: 1.03549e-4, zero: 1.58733e-4, constant: 1.03549e-4 },
  marks: [
    { name: 'θ₀', loss: 6.7523e-11 },
    { name: 'θ₁', loss: 4.98896e-5 },
    { name: 'θ₂', loss: 2.0944e-4 },
    { name: 'θ₃', loss: 4.33857e-5 },
  ],
  epsilon: 0.0025,
  lowest: 1.08e-9,
  highest: 28.9,
};

const texts = (layout: RulerLayout): string[] => layout.labels.map((label) => label.text);

describe('the J ruler', () => {
  it('shows the published case: ε beyond the zero function, θ₂ too', () => {
    const layout = layoutRuler(published, 1000, { comparisons: [{ name: 'mine', relative: 0.02 }] });
    expect(texts(layout)).toEqual(
      expect.arrayContaining(['ε = 15.7 E[φ²]', 'zero function', 'best constant', 'mine 0.02']),
    );
    const zero = layout.nulls.find((n) => n.role === 'zero')!.x;
    expect(layout.epsilon!).toBeGreaterThan(zero);
    expect(layout.dots.filter((dot) => dot.x > zero).map((dot) => dot.name)).toEqual(['θ₂']);
    expect(texts(layout)).toContain('θ₃ θ₁'); // too near for two labels
  });

  it('maps px to J and back', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 200, max: 2000 }), (t, width) => {
        const domain = rulerDomain(published);
        const j = domain.unit * domain.low * (domain.high / domain.low) ** (0.01 + 0.98 * t);
        expect(rulerJ(domain, width, rulerX(domain, width, j)) / j).toBeCloseTo(1, 9);
      }),
    );
    const domain = rulerDomain(published);
    expect(rulerJ(domain, 500, -100)).toBeCloseTo(domain.low * domain.unit, 20);
    expect(rulerJ(domain, 500, 9999) / (domain.high * domain.unit)).toBeCloseTo(1, 9);
    expect(rulerX(domain, 500, 0)).toBe(rulerX(domain, 500, -1)); // J = 0 lies at the left end
  });

  it('spaces decades evenly', () => {
    const domain = rulerDomain(published);
    const at = (r: number): number => rulerX(domain, 800, r * domain.unit);
    expect(at(1e-2) - at(1e-3)).toBeCloseTo(at(1) - at(0.1), 9);
  });

  it('never lets labels of a row overlap or leave the ruler, and orders them as their values', () => {
    const loss = fc.double({ min: -12, max: 2, noNaN: true }).map((e) => 10 ** e);
    fc.assert(
      fc.property(
        fc.array(loss, { maxLength: 8 }),
        loss,
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.option(loss, { nil: undefined }),
        fc.array(loss, { maxLength: 3 }),
        fc.integer({ min: 200, max: 1600 }),
        (losses, power, share, epsilon, others, width) => {
          const ruler: RulerData = {
            scale: { power, variance: power * share, zero: power, constant: power * share },
            marks: losses.map((value, k) => ({ name: `θ${'₀₁₂₃₄₅₆₇'[k]}`, loss: value })),
            ...(epsilon === undefined ? {} : { epsilon }),
            lowest: 1e-13,
            highest: 100,
          };
          const comparisons = others.map((relative, k) => ({ name: `run ${k}`, relative }));
          const layout = layoutRuler(ruler, width, { comparisons });
          for (const row of ['top', 'upper', 'lower'] as const) {
            const labels = layout.labels.filter((label) => label.row === row).sort((a, b) => a.x - b.x);
            labels.forEach((label, k) => {
              expect(label.x - label.width / 2).toBeGreaterThanOrEqual(-1e-6);
              expect(label.x + label.width / 2).toBeLessThanOrEqual(width + 1e-6);
              const before = labels[k - 1];
              if (!before) return;
              expect(label.x - label.width / 2).toBeGreaterThanOrEqual(before.x + before.width / 2 + 7.9);
              expect(label.anchor).toBeGreaterThanOrEqual(before.anchor - 1e-6);
            });
          }
          expect(layout.dots).toHaveLength(losses.length);
          expect(layout.epsilon === undefined).toBe(epsilon === undefined);
        },
      ),
    );
  });

  it('keeps the zero function and ε when room is short', () => {
    const words = texts(layoutRuler(published, 200)).join(' | ');
    expect(words).toContain('ε = 15.7 E[φ²]');
    expect(words).toContain('zero');
  });

  it('is in absolute J where the reference is the zero function', () => {
    const layout = layoutRuler({ ...published, scale: { power: 0, variance: 0, zero: 0, constant: 0 } }, 800);
    expect(layout.domain.unit).toBe(1);
    expect(texts(layout)).toContain('ε = 0.0025');
    expect(layout.nulls).toEqual([]);
  });
});

describe('flags', () => {
  it('appear when ε passes a null model and only then', () => {
    const value = fc.double({ min: 1e-6, max: 10, noNaN: true });
    fc.assert(
      fc.property(value, value, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (epsilon, power, share) => {
        const constant = power * share;
        const words = nullModelFlags(epsilon, { power, variance: constant, zero: power, constant }).join();
        expect(words.includes('zero function')).toBe(epsilon >= power);
        expect(words.includes('best constant')).toBe(epsilon < power && epsilon >= constant);
      }),
    );
    expect(nullModelFlags(2, { power: 2, variance: 1, zero: 2, constant: 1 })).toEqual([
      'ε equals E[φ²], the J of the zero function',
    ]);
    expect(nullModelFlags(0.0025, published.scale)).toEqual([
      'ε is 15.7 × E[φ²]: the zero function counts as equivalent',
    ]);
    expect(nullModelFlags(1, { power: 0, variance: 0, zero: 0, constant: 0 })[0]).toContain('the zero function');
  });
});

describe('spread', () => {
  it('leaves boxes alone that do not collide, and shares the push among those that do', () => {
    expect(
      spread(
        [
          { at: 20, width: 10 },
          { at: 50, width: 10 },
        ],
        100,
        4,
      ),
    ).toEqual([20, 50]);
    expect(
      spread(
        [
          { at: 50, width: 10 },
          { at: 50, width: 10 },
        ],
        100,
        4,
      ),
    ).toEqual([43, 57]);
    expect(
      spread(
        [
          { at: -9, width: 10 },
          { at: 200, width: 10 },
        ],
        100,
        4,
      ),
    ).toEqual([5, 95]);
  });
});
