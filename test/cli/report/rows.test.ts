import { describe, expect, it } from 'vitest';
import { builtin } from '../../../nodes/index.js';
import { Registry } from '../../../src/catalog/registry.js';
import { defaultParams } from '../../../src/catalog/resolve.js';
import { scalarName, scalarText } from '../../../src/catalog/scalars.js';
import { parameterRows, summaryRows } from '../../../src/cli/report/rows.js';

const registry = new Registry(builtin);
const rows = (type: string, params: Record<string, unknown>): Record<string, string> => {
  const definition = registry.get(type)!;
  return Object.fromEntries(parameterRows(definition, { ...defaultParams(definition), ...params } as never));
};

describe('parameters in a report', () => {
  it('have the labels, units and choices of the form, and are those that it shows', () => {
    expect(rows('threshold', { unit: 'absolute', epsilon: 0.0025 })).toEqual({ 'ε is': 'Absolute', ε: '0.0025' });
    expect(rows('threshold', { unit: 'suggested' })).toEqual({ 'ε is': 'As suggested' });
  });

  it('have lists as lists, counts with separators, and a seed as the name that it is', () => {
    const shown = rows('random-inputs', {
      distribution: 'uniform',
      shape: [1, 28, 28],
      count: 125000,
      seed: 4294967295,
    });
    expect(shown).toMatchObject({ 'Number of inputs N': '125,000', Low: '−1', High: '1', Seed: '4294967295' });
    expect(Object.values(shown)).toContain('1, 28, 28');
    expect(shown).not.toHaveProperty('Mean');
  });

  it('of a type that is not known have their plain names', () => {
    expect(parameterRows(undefined, { points: 4, deep: { a: 1 }, on: true, none: null })).toEqual([
      ['points', '4'],
      ['deep', '{"a":1}'],
      ['on', 'yes'],
      ['none', 'none'],
    ]);
  });
});

describe('scalars in a report', () => {
  it('are called what people call them', () => {
    const summary = { suggestedEpsilon: 1.25e-9, loss12: 0.5, singularValue1: 3, members: 125000, device: null };
    expect(summaryRows(summary)).toEqual([
      ['suggested ε', '1.25·10⁻⁹'],
      ['J of θ₁₂', '0.5'],
      ['σ₁', '3'],
      ['members', '125,000'],
      ['device', 'none'],
    ]);
  });

  it('are whole where they are whole, else rounded, and shares are in percent', () => {
    expect(scalarText('members', 51126)).toBe('51,126');
    expect(scalarText('worstRelativeLoss', 0.00009649344813761091)).toBe('9.64934·10⁻⁵');
    expect(scalarText('share', 0.0016912)).toBe('0.17 %');
    expect(scalarText('trainingAccuracy', 0.9125)).toBe('91.3 %');
    expect(scalarText('touchesBorder', false)).toBe('no');
  });

  it('never show how a program writes them', () => {
    for (const name of ['aNewMeasure', 'toString', '__proto__', 'worstRelativeLoss', 'components3m'])
      expect(scalarName(name)).not.toMatch(/[a-z][A-Z]|function/);
    expect(scalarName('aNewMeasure')).toBe('a new measure');
    expect(scalarName('partOfAWhole')).toBe('part of a whole');
    expect(scalarName('takenMean0')).toBe('taken mean 0');
    expect(scalarName('train.aNewMeasure')).toBe('a new measure, train');
  });
});
