/** What singles a layer's units out, through layers that keep channels apart and around residual blocks. */
import { describe, expect, it } from 'vitest';
import type { Activation, Architecture, Layer } from '../../../src/catalog/architecture.js';
import { namedPlaces } from '../../../src/catalog/layer-names.js';
import { resnet20 } from '../../../src/catalog/presets.js';
import { basisOf } from '../../../src/methods/dissect/basis.js';

const conv: Layer = { kind: 'conv', channels: 2, kernel: [1, 1], stride: 1, padding: 0, bias: true };
const norm: Layer = { kind: 'batch-norm', momentum: 0.1, epsilon: 1e-5 };
const pool = (pool: 'max' | 'mean'): Layer => ({ kind: 'pool', pool, size: 2, stride: 2 });
const sigma = (activation: Activation): Layer => ({ kind: 'activation', activation });
const relu = sigma({ name: 'relu' });

const bases = (layers: readonly Layer[]) => {
  const architecture: Architecture = { type: 'Architecture', input: [2, 8, 8], layers };
  return namedPlaces(architecture).map((place) => basisOf(architecture, place));
};

describe('a basis', () => {
  it('is singled out by an activation before or after, through norms and pools, not through convolutions', () => {
    expect(bases([conv, norm, relu, pool('mean'), conv, conv])).toEqual([
      'to be activated',
      'to be activated',
      'activated',
      'activated',
      'free',
      'free',
    ]);
  });

  it('is singled out by a max-pool as by an activation, by a mean-pool not', () => {
    expect(bases([conv, pool('max'), conv])).toEqual(['to be activated', 'activated', 'free']);
    expect(bases([conv, pool('mean'), conv])).toEqual(['free', 'free', 'free']);
  });

  it('is free beside identities, by whatever name', () => {
    const free = [
      sigma({ name: 'identity' }),
      sigma({ name: 'leaky-relu', slope: 1 }),
      sigma({ name: 'power', degree: 1 }),
    ];
    for (const identity of free) expect(bases([conv, norm, identity, conv])).toEqual(['free', 'free', 'free', 'free']);
    expect(bases([conv, sigma({ name: 'leaky-relu', slope: 0.2 })])).toEqual(['to be activated', 'activated']);
  });

  it('at the end of a residual block is to be activated by what follows the join, and free where nothing does', () => {
    const join: Layer = { kind: 'residual', block: [conv, norm, relu, conv, norm], shortcut: [] };
    const inner = ['to be activated', 'to be activated', 'activated'];
    expect(bases([join, relu, conv])).toEqual([
      ...inner,
      ...['to be activated', 'to be activated', 'to be activated'],
      ...['activated', 'free'],
    ]);
    expect(bases([join, conv])).toEqual([...inner, 'free', 'free', 'free', 'free']);
    expect(bases([relu, join, conv]).at(-2)).toBe('free'); // a sum is mixed
  });

  it('in a ResNet20 is nowhere free but in the classifier', () => {
    const architecture = resnet20([3, 32, 32], 2, 10, { name: 'relu' });
    const free = namedPlaces(architecture).filter((place) => basisOf(architecture, place) === 'free');
    expect(free.map(({ short }) => short)).toEqual(['dense 1']);
  });
});
