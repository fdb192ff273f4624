import { describe, expect, it } from 'vitest';
import { type Architecture, freshBuffers, layoutOf, requireSequence } from '../../src/catalog/architecture.js';
import { lenet5, mlp, myrtle, resnet20 } from '../../src/catalog/presets.js';

// Counts and names are PyTorch 1.13.1's: sum(p.numel() for p in net.parameters()), list(net.named_parameters()) of the same
// modules as nn.Sequential, a residual join being a module with children `block` and `shortcut`.
describe('the layout of networks with batch normalisation and residual joins', () => {
  it('is that of PyTorch for ResNet20, whose 272,474 parameters He et al. 2016 call 0.27 M', () => {
    const { size, bufferSize, tensors, buffers, outputs, shapes } = layoutOf(resnet20([3, 32, 32], 16, 10));
    expect(size).toBe(272_474);
    expect(bufferSize).toBe(1568);
    expect(outputs).toBe(10);
    const names = tensors.map(({ name }) => name);
    expect(names).toHaveLength(65);
    expect(names.slice(0, 6)).toEqual([
      '0.weight',
      '1.weight',
      '1.bias',
      '3.block.0.weight',
      '3.block.1.weight',
      '3.block.1.bias',
    ]);
    expect(names.slice(27, 30)).toEqual(['9.shortcut.0.weight', '9.shortcut.1.weight', '9.shortcut.1.bias']);
    expect(names.at(-1)).toBe('23.bias');
    expect(buffers.slice(0, 3).map(({ name }) => name)).toEqual([
      '1.running_mean',
      '1.running_var',
      '3.block.1.running_mean',
    ]);
    expect(shapes.at(-4)).toEqual([64, 8, 8]);
  });

  it('has nine activations fewer in ResNet20 where none follows the joins', () => {
    const count = (architecture: Architecture) =>
      layoutOf(architecture).places.filter(({ layer }) => layer.kind === 'activation').length;
    const [usual, bare] = [true, false].map((after) => resnet20([3, 32, 32], 4, 10, { name: 'relu' }, after));
    expect([count(usual!), count(bare!)]).toEqual([19, 10]);
    expect(layoutOf(bare!).size).toBe(layoutOf(usual!).size);
  });

  it('is that of PyTorch for the Myrtle CNN on colour images and on digits', () => {
    expect(layoutOf(myrtle([3, 32, 32], 8, 10))).toMatchObject({ size: 25_298, bufferSize: 240, outputs: 10 });
    expect(layoutOf(myrtle([1, 28, 28], 4, 10))).toMatchObject({ size: 6534, bufferSize: 120, outputs: 10 });
  });

  it('has tensors and buffers one after the other, without gaps', () => {
    for (const architecture of [resnet20([1, 28, 28], 4, 10), myrtle([3, 16, 16], 2, 5), lenet5(true)]) {
      const { tensors, buffers, size, bufferSize } = layoutOf(architecture);
      for (const [list, end] of [
        [tensors, size],
        [buffers, bufferSize],
      ] as const) {
        const stop = list.reduce((at, { offset, size: numbers }) => {
          expect(offset).toBe(at);
          return at + numbers;
        }, 0);
        expect(stop).toBe(end);
      }
    }
  });

  it('counts the multiply-adds of a residual block and of its shortcut', () => {
    const architecture: Architecture = {
      type: 'Architecture',
      input: [2, 4, 4],
      layers: [
        {
          kind: 'residual',
          block: [{ kind: 'conv', channels: 3, kernel: [3, 3], stride: 2, padding: 1, bias: true }],
          shortcut: [{ kind: 'conv', channels: 3, kernel: [1, 1], stride: 2, padding: 0, bias: false }],
        },
      ],
    };
    const { multiplyAdds, places, size } = layoutOf(architecture);
    expect(multiplyAdds).toBe(4 * 3 * (2 * 9) + 4 * 3 * 2);
    expect(size).toBe(3 * 2 * 9 + 3 + 3 * 2);
    expect(places.map(({ path, inside, to }) => [path, inside, to.join()])).toEqual([
      ['0.block.0', true, '3,2,2'],
      ['0.shortcut.0', true, '3,2,2'],
      ['0', false, '3,2,2'],
    ]);
  });

  it('refuses a join of two shapes and says what helps', () => {
    const layers = [
      {
        kind: 'residual',
        block: [{ kind: 'conv', channels: 5, kernel: [3, 3], stride: 1, padding: 1, bias: true }],
        shortcut: [],
      },
    ] as const;
    expect(() => layoutOf({ type: 'Architecture', input: [2, 4, 4], layers })).toThrow(
      'layer 0 (residual): expected the shortcut to give [5, 4, 4] as the block does, got [2, 4, 4]; put a 1 × 1 convolution',
    );
  });

  it('starts running statistics at mean 0 and variance 1', () => {
    const architecture = myrtle([1, 8, 8], 1, 2);
    const fresh = freshBuffers(architecture);
    for (const { role, offset, size } of layoutOf(architecture).buffers)
      expect([...fresh.subarray(offset, offset + size)]).toEqual(new Array(size).fill(role === 'mean' ? 0 : 1));
  });
});

describe('a plain sequence', () => {
  it('is told from what lattices and searches do not take', () => {
    expect(() => requireSequence(mlp([2, 3, 1], { name: 'tanh' }, true), 'Grid')).not.toThrow();
    expect(() => requireSequence(resnet20([1, 28, 28], 2, 10), 'Grid')).toThrow(
      'Grid: expected a plain sequence of layers, got an architecture with batch normalisation',
    );
    expect(() => requireSequence(mlp([2, 3, 1], { name: 'power', degree: 2 }, true), 'Grid')).toThrow('x^d');
  });
});
