import { describe, expect, it } from 'vitest';
import { builtin } from '../../nodes/index.js';
import { Registry } from '../../src/catalog/registry.js';
import { compile } from '../../src/compile/compile.js';
import { estimateText } from '../../src/compile/limits.js';
import type { PlannedNode } from '../../src/compile/plan.js';
import { planText } from '../../src/compile/plan-text.js';
import { estimateFor } from '../../src/compile/rates.js';
import { leftOf } from '../../src/compile/sweep-cost.js';
import { problemText } from '../../src/document/faults.js';
import type { PipelineDocument } from '../../src/document/schema.js';
import { documentOf } from '../documents.js';
import { sweepLab, swept } from './sweep-fakes.js';

const { registry } = sweepLab();
const plan = (document: PipelineDocument) => compile(document, { registry });
const faults = (document: PipelineDocument) => plan(document).problems.map(problemText);
const over = (target: string, values: string, more = {}) => swept({ target, values, ...more });

describe('the plan of a sweep', () => {
  it('has a copy of each node between the parameter and the sweep, for each value', () => {
    const { nodes, copies, problems } = plan(over('train.width', '2, 4, 8'));
    expect(problems).toEqual([]);
    expect([...copies.keys()]).toEqual([2, 4, 8].flatMap((w) => [`train@width=${w}`, `judge@width=${w}`]));
    expect([...nodes.keys()]).toEqual(['draw', 'train', 'judge', 'sweep']);
    expect(copies.get('train@width=8')).toMatchObject({
      params: { width: 8, rate: 0.1 },
      inputs: { values: { node: 'draw', output: 'values' } },
    });
    expect(copies.get('judge@width=8')!.inputs.values!.node).toBe('train@width=8');
    expect(nodes.get('sweep')!.sweep!.runs.map(({ source }) => source!.node)).toEqual(
      [2, 4, 8].map((w) => `judge@width=${w}`),
    );
    expect(nodes.get('sweep')!.sweep!.parameters).toEqual([
      { param: 'width', name: 'Width', of: 'Train', values: [2, 4, 8], texts: ['2', '4', '8'] },
    ]);
  });

  it('shares the run with the value that the document has itself', () => {
    const { nodes, copies } = plan(over('train.width', '2, 4'));
    expect(copies.get('judge@width=4')!.key).toBe(nodes.get('judge')!.key);
    expect(copies.get('judge@width=2')!.key).not.toBe(nodes.get('judge')!.key);
  });

  it('repeats over a second parameter, the last fastest, and copies only what depends on each', () => {
    const document = over('judge.kind', 'plain, With a cut', {
      repeat: true,
      over: 'draw.seed',
      overValues: '0, 1, 2',
    });
    const { nodes, copies } = plan(document);
    const { runs } = nodes.get('sweep')!.sweep!;
    expect(runs.map(({ places }) => places.join(''))).toEqual(['00', '01', '02', '10', '11', '12']);
    expect([...copies.keys()].filter((id) => id.startsWith('train'))).toEqual([0, 1, 2].map((s) => `train@seed=${s}`));
    expect(copies.get('judge@kind=cut@seed=2')!.inputs.values!.node).toBe('train@seed=2');
    expect(copies.size).toBe(3 + 3 + 6);
  });

  it('tells parameters of one name by their nodes', () => {
    const document = documentOf(
      {
        draw: ['draw'],
        first: ['train'],
        second: ['train'],
        judge: ['judge'],
        sweep: [
          'sweep',
          { target: 'first.width', values: '1, 2', repeat: true, over: 'second.width', overValues: '3' },
        ],
      },
      ['draw.values first.values', 'first.values second.values', 'second.values judge.values', 'judge.curve sweep.of'],
    );
    expect([...plan(document).copies.keys()]).toContain('judge@first.width=2@second.width=3');
  });

  it.each([
    ['train.rate', { by: 'linear', from: 0.1, to: 0.5, count: 5 }, [0.1, 0.2, 0.3, 0.4, 0.5]],
    ['train.rate', { by: 'log', from: 0.01, to: 1, count: 3 }, [0.01, 0.1, 1]],
    ['train.width', { by: 'log', from: 1, to: 8, count: 7 }, [1, 2, 3, 4, 6, 8]], // rounded, each once
    ['train.width', { values: ' 8, 4,4 ,\n' }, [8, 4]],
    ['judge.kind', { values: 'cut, plain' }, ['cut', 'plain']],
    ['judge.strict', { values: 'yes, off' }, [true, false]],
    ['train.hidden', { values: '8, 16 16, 4 4 4' }, [[8], [16, 16], [4, 4, 4]]],
    ['train.hidden', { values: '8; 16, 16;4,4 4' }, [[8], [16, 16], [4, 4, 4]]],
    ['train.rate', { by: 'linear', from: 1, to: 0.5, count: 3 }, [1, 0.75, 0.5]], // downwards too
    ['draw.seed', { by: 'linear', from: 0, to: 2, count: 3 }, [0, 1, 2]],
  ])('reads values of %s as %j', (target, params, values) => {
    const { nodes, problems } = plan(swept({ target, ...params }));
    expect(problems).toEqual([]);
    expect(nodes.get('sweep')!.sweep!.parameters[0]!.values).toEqual(values);
  });

  it('costs what all its copies do, equal ones once', () => {
    const { nodes } = plan(
      over('train.width', '2, 4, 8', { repeat: true, over: 'judge.strict', overValues: 'on, off' }),
    );
    expect(nodes.get('sweep')!.sweep!.cost).toEqual({ points: 14, multiplyAdds: 140, bytes: 0 });
    expect(nodes.get('sweep')!.sweep!.estimate).toBeUndefined();
    const timed = compile(over('train.width', '2, 4'), { registry, rates: { 'node train': 10 } });
    expect(timed.nodes.get('sweep')!.sweep!.estimate!.seconds).toBeGreaterThanOrEqual(6); // 60 multiply-adds
    expect(timed.nodes.get('sweep')!.cost.multiplyAdds).toBe(0); // its own step takes nothing
  });

  it('says of its time, as of what is left of it, how many copies were never timed', () => {
    const { nodes, copies } = compile(over('train.width', '2, 4, 8'), { registry, rates: { 'node train': 1e9 } });
    const { sweep } = nodes.get('sweep')!;
    const large = new Map(
      [...copies].map(([id, { cost, ...rest }]) => {
        const dear = { ...cost, multiplyAdds: 1e9 };
        const estimate = estimateFor(rest.type, dear, { 'node train': 1e9 });
        return [id, { ...rest, cost: dear, ...(estimate ? { estimate } : {}) } as PlannedNode];
      }),
    );
    const text = (held: readonly string[]) =>
      estimateText(leftOf(sweep!, large, new Set(held.map((id) => large.get(id)!.key))).estimate!);
    expect(text([])).toBe('at least 3.3 s; 3 steps never timed'); // `judge` is of no known speed
    expect(text(['train@width=2', 'judge@width=2'])).toBe('at least 2.2 s; 2 steps never timed');
    expect(text(['train@width=2', 'train@width=4', 'train@width=8'])).toBe('3 steps never timed');
  });

  it('is printed with its copies and what they take', () => {
    const text = planText(plan(over('train.width', '2, 4')));
    expect(text).toMatch(/train@width=2 +train +values ← draw\.values|train@width=2 +train +draw\.values/);
    expect(text).toMatch(/judge@width=4 .*shared with judge|judge .*shared with judge@width=4/);
    expect(text).toMatch(/sweep +sweep +2 runs over Width of Train: 2, 4/);
    expect(text).toMatch(/\d steps for 4 nodes and 4 copies for sweeps/);
  });

  it('is printed with what is kept, which takes nothing', () => {
    const made = plan(over('train.width', '2, 8'));
    const pending = new Set(['draw', 'train', 'judge', 'sweep', 'train@width=8', 'judge@width=8']);
    const text = planText(made, pending);
    expect(text).toMatch(/ train@width=2 .* kept\n/);
    expect(text).not.toMatch(/ train@width=8 .* kept/);
    expect(text).toMatch(/\d steps for 4 nodes and 4 copies for sweeps, 2 of them kept; 120 multiply-adds/); // widths 4 and 8
    expect(planText(made)).not.toMatch(/kept/);
  });

  it('has a key of its values and runs: the list changes it, ids and the way that values are written do not', () => {
    const keyOf = (document: PipelineDocument) => plan(document).nodes.get('sweep')!.key;
    const key = keyOf(over('train.width', '2, 4'));
    expect(keyOf(over('train.width', ' 2,4'))).toBe(key);
    expect(keyOf(over('train.width', '2, 4, 8'))).not.toBe(key);
    expect(keyOf(over('train.width', '4, 2'))).not.toBe(key);
    expect(keyOf(over('train.width', '2, 4', { measure: 'full' }))).not.toBe(key);
    expect(keyOf(swept({ target: 'train.width', values: '2, 4' }, { train: { rate: 0.2 } }))).not.toBe(key);
    expect(keyOf(swept({ target: 'train.width', values: '2, 4' }, { train: { width: 9 } }))).toBe(key); // it is swept
    const renamed = documentOf(
      {
        draw: ['draw'],
        net: ['train'],
        judge: ['judge'],
        'sweep-2': ['sweep', { target: 'net.width', values: '2, 4' }],
      },
      ['draw.values net.values', 'net.values judge.values', 'judge.curve sweep-2.of'],
    );
    expect(plan(renamed).nodes.get('sweep-2')!.key).toBe(key);
  });

  it('keeps the keys of runs when values are added, so that only new ones run', () => {
    const keys = (values: string) =>
      new Map([...plan(over('train.width', values)).copies].map(([id, { key }]) => [id, key]));
    const before = keys('2, 8');
    const after = keys('1, 2, 3, 8');
    for (const [id, key] of before) expect(after.get(id)).toBe(key);
  });

  it('a value that cannot be planned leaves the others and says why', () => {
    const { nodes, problems } = plan(over('train.width', '2, 50'));
    expect(problems).toEqual([]);
    const [good, bad] = nodes.get('sweep')!.sweep!.runs;
    expect(good!.source!.node).toBe('judge@width=2');
    expect(bad).toEqual({
      places: [1],
      error: "node 'train@width=50' parameter 'width': expected at most 40, got 50",
    });
  });
});

describe('a sweep is refused', () => {
  it.each([
    ['without a parameter', { values: '1' }, /'target': expected a parameter of a node upstream.*got none/],
    ['over an unknown node', { target: 'trian.width', values: '1' }, /unknown node .*did you mean .*train/],
    [
      'over an unknown parameter',
      { target: 'train.widht', values: '1' },
      /unknown parameter of 'train' .*did you mean .*width.*it has width, rate/,
    ],
    [
      'over itself',
      { target: 'sweep.count', values: '3' },
      /expected a node upstream of 'sweep', got 'sweep'; upstream are draw, train, judge/,
    ],
    ['over a file', { target: 'draw.weights', values: 'a' }, /expected a number, a choice.*got file/],
    [
      'without values',
      { target: 'train.width', values: ' , ' },
      /'values': expected values, such as 1, 2, 4, got none/,
    ],
    [
      'over a value out of range',
      { target: 'train.width', values: '2, 99' },
      /'values': of 'train.width' expected .*64/,
    ],
    ['over what is no number', { target: 'train.width', values: '2, many' }, /of 'train.width' .*many/],
    ['over an unknown choice', { target: 'judge.kind', values: 'plain, round' }, /of 'judge.kind' .*round/],
    [
      'over what has no effect',
      { target: 'judge.cut', values: '1, 2' },
      /'judge.cut' has no effect while judge.kind is "plain".*change judge.kind/,
    ],
    [
      'in equal ratios from 0',
      { target: 'train.rate', by: 'log', from: 0, to: 1 },
      /'from': expected a number above 0/,
    ],
    [
      'over a range that ends where it begins',
      { target: 'train.rate', by: 'linear', from: 0.5, to: 0.5 },
      /'to': expected another number than 'from', got 0.5 for both; for one value take a list/,
    ],
    [
      'twice over one parameter',
      { target: 'draw.seed', values: '1', repeat: true, over: 'draw.seed' },
      /'over': 'draw.seed' is swept over already/,
    ],
    [
      'with too many runs',
      { target: 'train.rate', by: 'linear', from: 1, to: 9, count: 99, repeat: true, over: 'draw.seed' },
      /at most 256 runs, got 495/,
    ],
    [
      'where no value can be run',
      { target: 'train.width', values: '41, 42' },
      /no value can be run: .*at most 40, got 41/,
    ],
  ])('%s', (_, params, message) => {
    const { nodes, problems } = plan(swept(params));
    expect(problems.map(problemText).join('\n')).toMatch(message);
    expect(problems.every(({ node }) => node === 'sweep')).toBe(true);
    expect(nodes.get('sweep')).toMatchObject({ key: '', blocked: { reason: 'invalid' } });
    expect(nodes.get('judge')!.blocked).toBeUndefined(); // the rest of the plan stands
  });

  it('over what another parameter hides, unless that is swept over too', () => {
    const document = swept({
      target: 'judge.kind',
      values: 'plain, cut', // plain has no cut
      repeat: true,
      over: 'judge.cut',
      overValues: '1, 2',
    });
    expect(faults(document)).toEqual([]);
  });

  it('over what an input overrules, as far as it does', () => {
    const of = (target: string, values: string) => {
      const made = documentOf(
        {
          digits: ['glyphs', { count: 20 }],
          net: ['architecture', { preset: 'mlp', widths: [784, 8, 10] }],
          model: ['model', { mode: 'initialise' }],
          score: ['score'],
          sweep: ['sweep', { target, values }],
        },
        [
          ...['digits.inputs net.data', 'net.architecture model.architecture', 'model.model score.model'],
          ...['digits.inputs score.data', 'score.table sweep.of'],
        ],
      );
      const nodes = made.nodes.map((node) => (node.type === 'architecture' ? { ...node, version: 2 } : node));
      return compile({ ...made, nodes }, { registry: new Registry(builtin) }).problems.map(problemText);
    };
    expect(of('net.widths', '784 8 10, 784 16 10')).toEqual([]);
    expect(of('net.widths', '784 8 10, 3 8 7').join()).toMatch(
      /'target': 'net.widths' has no effect here.*what is wired to 'net' decides/,
    );
    expect(of('score.x', '1').join()).toMatch(/expected a parameter of a node upstream, and 'score' has none/);
  });

  it('over a node that does not lead to it', () => {
    const beside = documentOf(
      {
        draw: ['draw'],
        other: ['train'],
        train: ['train'],
        judge: ['judge'],
        sweep: ['sweep', { target: 'other.width', values: '1' }],
      },
      ['draw.values other.values', 'draw.values train.values', 'train.values judge.values', 'judge.curve sweep.of'],
    );
    expect(faults(beside).join()).toMatch(
      /expected a node upstream of 'sweep', got 'other'; upstream are draw, train, judge/,
    );
  });

  it('around another sweep', () => {
    const nested = {
      ...swept({ target: 'train.width', values: '1, 2' }),
    };
    const document = documentOf(
      {
        draw: ['draw'],
        train: ['train'],
        judge: ['judge'],
        sweep: ['sweep', { target: 'train.width', values: '1, 2' }],
        outer: ['sweep', { target: 'draw.seed', values: '0, 1' }],
      },
      [...nested.wires.map(({ from, to }) => `${from} ${to}`), 'sweep.curve outer.of'],
    );
    expect(faults(document).join()).toMatch(
      /expected no other sweep on the way from 'draw', got 'sweep'; sweeps do not run inside sweeps/,
    );
  });

  it('where all its runs together are too much, although one is not', () => {
    const limits = { multiplyAdds: 100 };
    const fault = compile(over('train.width', '4, 5, 6'), { registry, limits }).problems.map(problemText).join();
    expect(fault).toMatch(
      /3 runs together: expected at most 100 multiply-adds on this machine, got .*150 multiply-adds/,
    );
    expect(compile(over('train.width', '4, 5'), { registry, limits }).problems).toEqual([]);
  });

  it('without a wire, and waits where what it is wired to cannot run', () => {
    const alone = documentOf({ sweep: ['sweep', { target: 'a.b', values: '1' }] }, []);
    expect(faults(alone).join()).toMatch(/input 'of': expected .*Table.*got nothing; wire one in/);
    const { nodes } = plan(swept({ target: 'draw.seed', values: '1' }, { train: { width: 50 } }));
    expect(nodes.get('sweep')!.blocked).toEqual({ reason: 'upstream', by: ['train'] });
  });
});
