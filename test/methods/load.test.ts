import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/catalog/architecture.js';
import { genniFcn, mlp } from '../../src/catalog/presets.js';
import {
  inputsFrom,
  outputsFrom,
  parametersFrom,
  parametersFromTensors,
  subspaceFrom,
} from '../../src/methods/load.js';

const array = (name: string, shape: readonly number[], data: readonly number[]) => ({
  name,
  shape,
  data: Float32Array.from(data),
});

describe('loaded arrays', () => {
  it('as Inputs: weights 1/N unless given, a vector is N numbers', () => {
    const x = array('x', [4], [1, 2, 3, 4]);
    expect(inputsFrom(x, undefined, 'a.npz')).toMatchObject({ count: 4, item: [1], source: '4 inputs of a.npz' });
    expect([...inputsFrom(x, undefined, 'a.npz').weights]).toEqual([0.25, 0.25, 0.25, 0.25]);
    const weighted = inputsFrom(x, array('w', [4], [1, 0, 2, 0.5]), 'a.npz');
    expect([...weighted.weights]).toEqual([1, 0, 2, 0.5]); // need not sum to one
    expect(() => inputsFrom(x, array('w', [4], [1, -1, 1, 1]), 'a.npz')).toThrow("array 'w': expected weights ≥ 0");
    expect(() => inputsFrom(x, array('w', [4], [0, 0, 0, 0]), 'a.npz')).toThrow(
      "array 'w': expected weights with a sum > 0, got only 0",
    );
    expect(inputsFrom(array('x', [2, 1, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]), undefined, 'a.npz').item).toEqual([1, 2, 2]);
  });

  it('as Outputs and Parameters', () => {
    expect(outputsFrom(array('y', [3], [1, 2, 3]))).toMatchObject({ count: 3, width: 1 });
    expect(outputsFrom(array('y', [3, 2], [1, 2, 3, 4, 5, 6]))).toMatchObject({ count: 3, width: 2 });
    expect(parametersFrom(array('theta', [4], [1, 2, 3, 4]))).toMatchObject({ count: 1, size: 4 });
    expect(parametersFrom(array('theta', [2, 2], [1, 2, 3, 4]))).toMatchObject({ count: 2, size: 2 });
  });

  it('as θ from PyTorch’s tensors, in named_parameters order', () => {
    const architecture = mlp([2, 3, 1], { name: 'tanh' }, true);
    const { tensors } = layoutOf(architecture);
    const files = tensors.map(({ name, shape, offset, size }) =>
      array(
        name,
        shape,
        Array.from({ length: size }, (_, i) => offset + i),
      ),
    );
    const { theta, count } = parametersFromTensors(architecture, files);
    expect([...theta]).toEqual(Array.from({ length: 13 }, (_, i) => i));
    expect(count).toBe(1);
    expect(genniFcn().layers.length).toBe(3);
  });

  it('as a Subspace with its own signs: coordinates are products with the basis', () => {
    const origin = array('theta', [3, 3], [1, 1, 1, 3, 1, 1, 3, 0, 1]);
    const basis = array('basis', [2, 3], [-1, 0, 0, 0, -1, 0]);
    const subspace = subspaceFrom(origin, basis, undefined, 'a.npz');
    expect([...subspace.origin]).toEqual([1, 1, 1]);
    expect([...subspace.coordinates].map((c) => c + 0)).toEqual([0, 0, -2, 0, -2, 1]);
    expect([...subspace.basis].map((b) => b + 0)).toEqual([-1, 0, 0, 0, -1, 0]);
    expect(subspace.singularValues!.length).toBe(2);
  });

  it('takes an origin alone, and recorded coordinates', () => {
    const basis = array('basis', [1, 2], [0.6, 0.8]);
    const origin = array('origin', [2], [1, 2]);
    expect(subspaceFrom(origin, basis, undefined, 'a').coordinates.length).toBe(1);
    const given = subspaceFrom(origin, basis, array('coordinates', [2, 1], [0, 5]), 'a');
    expect([...given.coordinates]).toEqual([0, 5]);
  });

  it('refuses a basis that is not orthonormal and points off the plane', () => {
    const origin = array('origin', [2], [0, 0]);
    expect(() => subspaceFrom(origin, array('basis', [1, 2], [1, 1]), undefined, 'a.npz')).toThrow(
      "file 'a.npz', array 'basis': expected an orthonormal basis (rows of length 1 at right angles), got products off by 1.0",
    );
    const off = array('theta', [2, 2], [0, 0, 1, 1]);
    expect(() => subspaceFrom(off, array('basis', [1, 2], [1, 0]), undefined, 'a.npz')).toThrow(
      'expected rows in the plane of the basis, got row 1 off it by 71 % of its length',
    );
  });
});
