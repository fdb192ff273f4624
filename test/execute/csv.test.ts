import { describe, expect, it } from 'vitest';
import type { Field, PortType, Reference, Subspace, Value } from '../../src/catalog/values.js';
import { hasRecords, outputCsv, plotCsv } from '../../src/execute/csv.js';
import { figureOf } from '../../src/methods/figure.js';
import { tableOf } from '../../src/methods/tables.js';

const f32 = (...values: number[]) => Float32Array.of(...values);
const reference: Reference = {
  type: 'Reference',
  architecture: { type: 'Architecture', input: [1], layers: [{ kind: 'dense', units: 1, bias: false }] },
  inputs: { type: 'Inputs', x: f32(1, 2), count: 2, item: [1], weights: f32(0.5, 0.25), source: 'two points' },
  outputs: { type: 'Outputs', y: f32(3, 6), count: 2, width: 1 },
  theta: f32(3),
  scale: { power: 4, variance: 2, zero: 4, constant: 2 },
};

/** A Field with J = 100 i + 10 j + k at lattice index (i, j, k), so that a wrong order shows in the value. */
function field(rank: number, points: number): Field {
  const subspace: Subspace = {
    type: 'Subspace',
    origin: new Float32Array(4),
    basis: Float32Array.from({ length: rank * 4 }, (_, i) => (i % 5 === 0 ? 1 : 0)),
    rank,
    size: 4,
    coordinates: new Float64Array(rank),
    flags: [],
  };
  const count = points ** rank;
  const values = Float32Array.from({ length: count }, (_, index) => {
    const places = index.toString(points).padStart(rank, '0');
    return Number(places);
  });
  return {
    type: 'Field',
    lattice: { subspace, low: 0, high: points - 1, points },
    values,
    power: Float32Array.from(values, (j) => j + 0.5),
    reference,
    route: '',
    device: '',
  };
}

const cells = (value: Value): string[][] => {
  const text = outputCsv(value);
  expect(text.endsWith('\r\n')).toBe(true);
  return text
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
};
const placeOf = (row: string[], rank: number): number => Number(row.slice(1, 1 + rank).join(''));

describe('CSV of outputs', () => {
  it.each([1, 2, 3, 4])('a Field with m = %i has one row per member: its coefficients and its own J', (rank) => {
    const [head, ...rows] = cells(field(rank, 3));
    expect(head).toEqual(['member', ...['c₁', 'c₂', 'c₃', 'c₄'].slice(0, rank), 'J', 'J / E[φ²]', 'power']);
    expect(rows).toHaveLength(3 ** rank);
    rows.forEach((row, index) => {
      const place = placeOf(row, rank); // coefficients are the digits of J
      expect(row.slice(rank + 1).map(Number)).toEqual([place, place / 4, place + 0.5]);
      expect(Number(row[0])).toBe(index);
    });
  });

  it('an ε-set has its members under their own numbers', () => {
    const whole = field(3, 3);
    const index = Uint32Array.of(4, 13, 25);
    const [, ...rows] = cells({
      type: 'EpsilonSet',
      field: whole,
      epsilon: 1,
      index,
      values: Float32Array.from(index, (i) => whole.values[i]!),
    });
    expect(rows.map((row) => Number(row[0]))).toEqual([4, 13, 25]);
    for (const row of rows) expect(placeOf(row, 3)).toBe(Number(row[4]));
  });

  it('a coefficient has the same text in the CSV of a Field, of its ε-set and of both plots', () => {
    const base = field(2, 10);
    const whole = { ...base, lattice: { ...base.lattice, low: -2, high: 1.7 } }; // a spacing that no float32 holds
    const index = Uint32Array.from(whole.values, (_, i) => i);
    const set = { type: 'EpsilonSet' as const, field: whole, epsilon: 1e6, index, values: whole.values };
    const plotted = { title: '', scale: 'log', unit: 'relative', epsilon: 1 } as const;
    const values: readonly Value[] = [
      whole,
      set,
      { type: 'Figure', plot: figureOf(whole, { ...plotted, kind: 'contour' }) },
      { type: 'Figure', plot: figureOf(set, { ...plotted, kind: 'points' }) },
    ];
    const places = values.map((value) => {
      const [head, ...rows] = cells(value);
      const at = head!.indexOf('c₁');
      return rows.slice(0, index.length).map((row) => row.slice(at, at + 2));
    });
    for (const each of places) expect(each).toEqual(places[0]);
    expect(places[0]![0]).toEqual(['-2', '-2']);
  });

  it.each([2, 3] as const)('a Figure of a Field with m = %i pairs J with its coordinates', (rank) => {
    const plot = figureOf(field(rank, 3), { title: '', kind: 'auto', scale: 'log', unit: 'relative', epsilon: 1 });
    const [head, ...rows] = cells({ type: 'Figure', plot });
    expect(head![0]).toBe('name');
    const members = rows.filter((row) => row[0] === '');
    expect(members).toHaveLength(3 ** rank);
    for (const row of members) expect(placeOf(row, rank)).toBe(Number(row[1 + rank]));
  });

  it('an embedding names the members that it places', () => {
    const embedding = {
      type: 'Embedding' as const,
      position: f32(0, 1, 2, 3),
      count: 2,
      dimension: 2,
      values: f32(8, 6),
      member: Uint32Array.of(51126, 51175),
      marks: [],
      scale: reference.scale,
      axes: ['UMAP 1', 'UMAP 2'],
      note: '',
    };
    const [head, ...rows] = cells(embedding);
    expect(head!.slice(0, 4)).toEqual(['member', 'UMAP 1', 'UMAP 2', 'J']);
    expect(rows).toEqual([
      ['51126', '0', '1', '8', '2'],
      ['51175', '2', '3', '6', '1.5'],
    ]);
    const marks = [{ name: 'θ₀', position: [1, 1] }];
    const drawn = { title: '', kind: 'points', scale: 'log', unit: 'relative', epsilon: 1 } as const;
    expect(cells({ type: 'Figure', plot: figureOf({ ...embedding, marks }, drawn) })).toEqual([
      ['name', 'member', 'UMAP 1', 'UMAP 2', 'J', 'J / E[φ²]'],
      ['', '51126', '0', '1', '8', '2'],
      ['', '51175', '2', '3', '6', '1.5'],
      ['θ₀', '', '1', '1', '', ''],
    ]);
  });

  it('a Table keeps its words, its headers and no row but its own', () => {
    const columns = [{ name: 'verdict' }, { name: 'J', unit: 'E[φ²]' }];
    const table = {
      type: 'Table' as const,
      columns,
      rows: [
        ['selected', 0.5],
        ['loss, late', null],
        ['dead', 2],
      ],
    };
    expect(outputCsv(table)).toBe('verdict,J / E[φ²]\r\nselected,0.5\r\n"loss, late",\r\ndead,2\r\n');
    const short = tableOf(table, 2);
    expect(short.more).toBe(1);
    expect(cells(short)).toHaveLength(1 + 2);
    expect(tableOf(short, 1).more).toBe(2);
  });

  it('Parameters give every number of each θ', () => {
    const theta = Float32Array.from({ length: 40 }, (_, i) => i);
    const rows = cells({ type: 'Parameters', theta, count: 2, size: 20, flags: [], loss: Float64Array.of(1, 2) });
    expect(rows.map((row) => row.length)).toEqual([23, 23, 23]);
    expect(rows[0]!.slice(0, 4)).toEqual(['point', 'J', 'J / E[φ²]', 'θ[0]']);
    expect(rows[2]!.slice(3).map(Number)).toEqual([...theta.subarray(20)]);
  });

  it('Inputs, Outputs and curves have one row per input and per step', () => {
    expect(outputCsv(reference.inputs)).toBe('input,x[0],weight\r\n0,1,0.5\r\n1,2,0.25\r\n');
    expect(outputCsv(reference.outputs)).toBe('input,y[0]\r\n0,3\r\n1,6\r\n');
    const lines = [
      { name: 'θ₀', y: Float64Array.of(2, 1), state: 'selected' },
      { name: 'start 2', y: Float64Array.of(3), state: 'loss' },
    ];
    const curve = { type: 'Curve', x: Float64Array.of(0, 10), xName: 'step', yName: 'J', logY: true, lines } as const;
    expect(outputCsv(curve)).toBe('step,θ₀ (selected),start 2 (loss)\r\n0,2,3\r\n10,1,\r\n');
  });

  it('curves over places name them, and give spreads and single runs beside each mean', () => {
    const curve = {
      type: 'Curve',
      x: Float64Array.of(0, 1),
      xName: 'layer',
      yName: 'penalty',
      logY: false,
      places: ['1.relu', '3.relu'],
      lines: [
        {
          name: 'full',
          y: Float64Array.of(2, 1),
          spread: Float64Array.of(0.5, 0),
          samples: [Float64Array.of(1.5, 1), Float64Array.of(2.5, 1)],
        },
      ],
    } as const;
    expect(outputCsv(curve)).toBe(
      'layer,full,± full,full run 1,full run 2\r\n1.relu,2,0.5,1.5,2.5\r\n3.relu,1,0,1,1\r\n',
    );
  });

  it('a Matrix has a row for each of its rows, empty where there is no number, and its spreads behind', () => {
    const matrix = {
      type: 'Matrix',
      rowName: 'layers of A',
      columnName: 'layers of B',
      valueName: 'CKA',
      rows: ['1', '3'],
      columns: ['1', '3, b'],
      values: Float64Array.of(1, 0.5, Number.NaN, 0.25),
    } as const;
    const text = 'layers of A,1,"3, b"\r\n1,1,0.5\r\n3,,0.25\r\n';
    expect(outputCsv(matrix)).toBe(text);
    expect(plotCsv({ kind: 'matrix', title: '', matrix, caption: '' })).toBe(text);
    expect(outputCsv({ ...matrix, spread: Float64Array.of(0, 0.1, 0.2, 0.3) }).split('\r\n')[1]).toBe('1,1,0.5,0,0.1');
  });

  it('models give each parameter in each of them; labelled inputs the names of their classes', () => {
    const architecture = reference.architecture;
    const model = { type: 'Model', architecture, buffers: f32(), origin: '', flags: [] } as const;
    expect(outputCsv({ ...model, theta: f32(3, 4), count: 1, names: ['seed 0'] })).toBe(
      'parameter,θ\r\n0,3\r\n1,4\r\n',
    );
    expect(outputCsv({ ...model, theta: f32(3, 4, 5, 6), count: 2, names: ['seed 0', 'seed 1'] })).toBe(
      'parameter,θ of seed 0,θ of seed 1\r\n0,3,5\r\n1,4,6\r\n',
    );
    expect(outputCsv({ ...reference.inputs, labels: Int32Array.of(1, 0), classes: ['cat', 'dog'] })).toBe(
      'input,x[0],weight,label,class\r\n0,1,0.5,1,dog\r\n1,2,0.25,0,cat\r\n',
    );
  });

  it('pictures give their labels and pixels', () => {
    const pixels = Uint8ClampedArray.of(0, 1, 2, 3, 4, 255);
    const shape = { kind: 'pictures', title: '', height: 1, width: 1, channels: 3, caption: '' } as const;
    expect(plotCsv({ ...shape, pixels, labels: ['7', '3'] })).toBe(
      'picture,label,pixel[0],pixel[1],pixel[2]\r\n0,7,0,1,2\r\n1,3,3,4,255\r\n',
    );
  });

  it('what has several kinds of rows is not offered and refused with the remedy', () => {
    for (const type of ['Reference', 'Subspace', 'Architecture'] as PortType[]) expect(hasRecords(type)).toBe(false);
    expect(() => outputCsv(reference)).toThrow(/expected a value of rows, got Reference; save its arrays as \.npz/);
    expect(() => outputCsv(field(2, 3).lattice.subspace)).toThrow(/Subspace/);
  });
});
