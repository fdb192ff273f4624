import { describe, expect, it } from 'vitest';
import { chooseLayer, chooseLayers, namedPlaces } from '../../src/catalog/layer-names.js';
import { mlp, myrtle, resnet20 } from '../../src/catalog/presets.js';

const paths = (...args: Parameters<typeof chooseLayers>) => chooseLayers(...args).map(({ path }) => path);
const cnn = myrtle([3, 16, 16], 4, 10); // conv, batch norm, ReLU; the last three with a max-pool: ReLUs are layers 2, 5, 9, 13
const residual = resnet20([3, 8, 8], 2, 10);

describe('names of layers', () => {
  it('count the layers of a kind, and say where they are', () => {
    expect(namedPlaces(mlp([2, 3, 3, 1], { name: 'tanh' }, true)).map(({ label }) => label)).toEqual([
      'dense 1 (layer 0)',
      'tanh 1 (layer 1)',
      'dense 2 (layer 2)',
      'tanh 2 (layer 3)',
      'dense 3 (layer 4)',
    ]);
  });

  it('mark what is inside residual blocks with a star', () => {
    const relus = chooseLayers(residual, 'relu');
    expect(relus).toHaveLength(1 + 9 * 2); // after the first convolution, and in and after each of nine blocks
    expect(relus.slice(0, 3).map(({ label }) => label)).toEqual([
      'ReLU 1 (layer 2)',
      'ReLU 2* (layer 3.block.2)',
      'ReLU 3 (layer 4)',
    ]);
    for (const { short, inside, path } of namedPlaces(residual)) {
      expect(short.endsWith('*')).toBe(inside);
      expect(path.includes('.')).toBe(inside);
    }
  });

  it('choose by path, kind, number of its kind and pattern, in the order of the network', () => {
    expect(paths(cnn, '9, 2,5')).toEqual(['2', '5', '9']);
    expect(paths(cnn, 'ReLU')).toEqual(['2', '5', '9', '13']);
    expect(paths(cnn, 'activation')).toEqual(paths(cnn, 'relu'));
    expect(paths(cnn, 'relu 3, ReLU 3 (layer 9), layer 9')).toEqual(['9']);
    expect(paths(cnn, 'batch norm')).toEqual(['1', '4', '8', '12']);
    expect(paths(cnn, 'max-pool')).toEqual(paths(cnn, 'pool'));
    expect(paths(cnn, '*')).toEqual(namedPlaces(cnn).map(({ path }) => path));
    expect(paths(residual, '3.block.*')).toEqual([0, 1, 2, 3, 4].map((i) => `3.block.${i}`));
    expect(paths(mlp([2, 2, 1], { name: 'leaky-relu', slope: 0.1 }, true), 'leakyrelu')).toEqual(['1']);
  });

  it('an unknown name lists the layers that there are', () => {
    const small = mlp([2, 3, 1], { name: 'relu' }, true);
    expect(() => chooseLayers(small, 'relu, tanh')).toThrow(
      "parameter 'layers': expected names of layers, got 'tanh'; this architecture has dense 1 (layer 0), ReLU 1 (layer 1), dense 2 (layer 2); write",
    );
    expect(() => chooseLayers(small, ' , ')).toThrow('got none');
    expect(() => chooseLayers(small, '7', 'after')).toThrow("parameter 'after': expected names of layers, got '7'");
    expect(() => chooseLayers(small, '7')).toThrow('a kind such as relu or conv, or * for all');
    expect(() => chooseLayers(cnn, '1')).not.toThrow();
    expect(paths(cnn, '1')).toEqual(['1']); // not 10, 11, …
  });

  it('of one layer is refused where it names none or several, and is told how to name one', () => {
    expect(chooseLayer(cnn, 'relu 3').path).toBe('9');
    const how = "write the number after 'layer', or a kind and which of them it is, such as relu 2";
    const refused = (text: string): string => {
      try {
        chooseLayer(cnn, text);
      } catch (error) {
        return (error as Error).message;
      }
      return '';
    };
    for (const text of ['tanh', '', 'relu', '*']) {
      expect(refused(text)).toContain("parameter 'layer': expected the name of one layer, got ");
      expect(refused(text).endsWith(how)).toBe(true);
      expect(refused(text)).not.toContain('* for all');
    }
    expect(refused('relu')).toContain("got 'relu', which are ReLU 1 (layer 2), ReLU 2 (layer 5)");
  });
});
