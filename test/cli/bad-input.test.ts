import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { writeNpy } from '../../src/arrays/npy.js';
import { fixture } from '../arrays/fixtures.js';
import { arrays, cli, file, folder, loading, pipeline, small, written } from './harness.js';

/** Every refusal: one line per fault, no stack, nothing on stdout, nothing left in the folder. */
async function refused(path: string, code: 1 | 2, message: RegExp, ...options: string[]): Promise<void> {
  const out = join(folder(), 'results');
  const run = await cli(['run', path, '--device', 'cpu', '--quiet', '--out', out, ...options]);
  expect(run.err).toMatch(message);
  expect(run.code).toBe(code);
  expect(run.err).not.toMatch(/^ +at |node_modules|\.ts:\d/m);
  if (code === 2) {
    expect(run.out).toBe('');
    expect(existsSync(out)).toBe(false);
    const checked = await cli(['check', path, ...options]);
    expect(checked.code).toBe(2);
    expect(checked.out + checked.err).toMatch(message);
  }
  expect(readdirSync(dirname(out)).filter((name) => name.startsWith('.'))).toEqual([]);
}

const change = (edit: (document: ReturnType<typeof small>) => unknown): string => written(edit(small()));

test('malformed JSON', () =>
  refused(file('p.json', '{"format": "fiberscope",'), 2, /p\.json: line 1, column 25: expected a name/));
test('a document that is not in UTF-8', () =>
  refused(
    file(
      'p.json',
      Uint8Array.from(JSON.stringify({ ...small(), title: 'gr\u00fcn' }), (c) => c.charCodeAt(0)),
    ),
    2,
    /p\.json: expected a document as text in UTF-8, got other bytes/,
  ));
test('a random stream of another build', () =>
  refused(
    change((document) => ({ ...document, random: 'philox4x32-v9' })),
    2,
    /^error: random: node 'inputs': draws from the random stream 'philox4x32-v9', which this build does not have/m,
  ));
test('not a document', () => refused(file('p.json', '[1, 2]'), 2, /expected/));
test('an empty file', () => refused(file('p.json', ''), 2, /JSON/));
test('no such file', () => refused('/nowhere/p.json', 2, /^\/nowhere\/p\.json: no such file$/m));
test('a folder', () => refused(folder(), 2, /expected a file, got a folder/));
test('a newer version', () =>
  refused(
    change((document) => ({ ...document, version: 2 })),
    2,
    /version/,
  ));
test('a newer version of a node', () =>
  refused(
    change((document) => ({ ...document, nodes: document.nodes.map((node) => ({ ...node, version: 99 })) })),
    2,
    /nodes\[\d\]\.version: .*version 99/,
  ));
test('an unknown node type', () =>
  refused(written(pipeline({ strange: ['teleporter'] }, [])), 2, /nodes\[0\]\.type: .*teleporter/));
test('an unknown parameter', () =>
  refused(written(small({ pionts: 5 })), 2, /params\.pionts: unknown parameter "pionts"; did you mean "points"\?/));
test('a parameter out of its range', () =>
  refused(written(small({ points: 1 })), 2, /params\.points: expected an integer from 2 to 10000, got 1/));
test('a parameter of the wrong type', () =>
  refused(written(small({ points: 'many' })), 2, /params\.points: expected an integer .*, got "many"/));
test('a wire between wrong types', () =>
  refused(
    change((document) => ({
      ...document,
      wires: [...document.wires, { from: 'net.architecture', to: 'grid.reference' }],
    })),
    2,
    /wires\[\d\].*Architecture/,
  ));
test('a wire to a port that is not there', () =>
  refused(
    change((document) => ({ ...document, wires: [...document.wires, { from: 'net.architecture', to: 'grid.plan' }] })),
    2,
    /wires\[\d\].*plan/,
  ));
test('a missing wire', () =>
  refused(
    change((document) => ({ ...document, wires: document.wires.slice(0, -1) })),
    2,
    /nodes\[5\]: node 'grid' input 'subspace': expected a Subspace, got nothing/,
  ));
test('a cycle, with the nodes on it', () =>
  refused(
    written(
      pipeline({ a: ['dense', { units: 2 }], b: ['dense', { units: 2 }] }, [
        'a.architecture b.architecture',
        'b.architecture a.architecture',
      ]),
    ),
    2,
    /cycle.*a.*b/,
  ));
test('every fault at once, of wires, types, parameters and files, each in the same form on stdout', async () => {
  const document = small({ points: 'many', low: 'x', foo: 1 });
  const faulty = {
    ...document,
    nodes: [
      { id: 'bad id', type: 'grid', version: 1 },
      ...document.nodes.map((node) => (node.id === 'inputs' ? { ...node, params: { count: -1 } } : node)),
      { id: 'strange', type: 'gird', version: 1 },
      { id: 'data', type: 'load-arrays', version: 1, params: { file: { name: 'x.npz', sha256: '0'.repeat(64) } } },
    ],
    wires: [
      { from: 'zz.a', to: 'points.parameters' },
      { from: 'net.architecture', to: 'grid.reference' },
      ...document.wires,
    ],
  };
  const { code, out, err } = await cli(['check', written(faulty)]);
  expect({ code, err }).toEqual({ code: 2, err: '' });
  const lines = out.trimEnd().split('\n');
  for (const line of lines) expect(line).toMatch(/^error: (nodes|wires)\[\d+\]/);
  for (const fault of [
    /^error: nodes\[0\]\.id: expected an id/,
    /^error: wires\[0\]\.from: expected a node of this document, got "zz"/,
    /^error: wires\[1\]\.to: Grid takes a Reference here/,
    /^error: nodes\[2\]\.params\.count: expected an integer/,
    /^error: nodes\[6\]\.params\.points: expected an integer .*got "many"/,
    /^error: nodes\[6\]\.params\.low: expected a number/,
    /^error: nodes\[6\]\.params\.foo: unknown parameter "foo"/,
    /^error: nodes\[7\]\.type: unknown node type 'gird'/,
    /^error: nodes\[8\]: node 'data': .*x\.npz: no such file/,
  ])
    expect(
      lines.filter((line) => fault.test(line)),
      `${fault} in\n${out}`,
    ).toHaveLength(1);
  expect(lines).toHaveLength(9); // and none that only follows from another
  const run = await cli(['run', written(faulty), '--device', 'cpu']);
  expect({ ...run, err: run.err.trimEnd().split('\n').length }).toEqual({ code: 2, out: '', err: 9 });
});

test('an input whose wire cannot be read is not missing too', async () => {
  const document = small();
  const wires = document.wires.map((wire) => (wire.to === 'grid.subspace' ? { ...wire, from: 'zz.subspace' } : wire));
  const { out } = await cli(['check', written({ ...document, wires })]);
  expect(out).toMatch(/^error: wires\[4\]\.from: expected a node of this document, got "zz"\n$/);
});

test('control characters of a document and of a file name are shown, never obeyed', async () => {
  const document = small();
  const title = '\u001b[31mred\u001b]0;pwn\u0007\n  fake: line\u202e';
  const nodes = document.nodes.map((node) => (node.id === 'net' ? { ...node, title } : node));
  const path = written({ ...document, nodes });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const obeyed = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;
  const run = await cli(['run', path, '--device', 'cpu', '--quiet']);
  expect(run.code).toBe(0);
  expect(run.out).toContain('net (\\u001b[31mred\\u001b]0;pwn\\u0007\\u000a  fake: line\\u202e)\n');
  expect(run.out + run.err).not.toMatch(obeyed);
  const named = await cli(['check', loading(arrays(), { name: '\u001b[2Jdata\n.npz', place: 'else' })]);
  expect(named.out).toMatch(/\\u001b\[2Jdata\\u000a\.npz: no such file\n$/);
  expect((await cli(['check', '/nowhere/\u001b[2J\u0000'])).err).toMatch(
    /^\/nowhere\/\\u001b\[2J\\u0000: expected a file's name/,
  );
  for (const { out, err } of [named]) expect(out + err).not.toMatch(obeyed);
});

test('names that are traps', () =>
  refused(file('p.json', JSON.stringify(small()).replace('"net"', '"__proto__"')), 2, /__proto__/));
test('layers that do not fit', () =>
  refused(
    written(pipeline({ start: ['input', { shape: [4] }], conv: ['conv'] }, ['start.architecture conv.architecture'])),
    2,
    /nodes\[1\].*expected \[channels, height, width\], got \[4\]/,
  ));
test('a grid of 20⁷ points, with its cost', () => {
  const theta = Array.from({ length: 8 }, (_, i) => Array.from({ length: 17 }, (_, k) => (k === i ? 1 : 0.1)));
  return refused(
    written(
      pipeline(
        {
          net: ['architecture', { preset: 'mlp' }],
          inputs: ['random-inputs', { shape: [2] }],
          theta: ['reference'],
          points: ['points', { values: theta }],
          basis: ['gram-schmidt'],
          grid: ['grid', { points: 20 }],
        },
        [
          'net.architecture theta.architecture',
          'inputs.inputs theta.inputs',
          'theta.reference points.reference',
          'points.parameters basis.parameters',
          'basis.subspace grid.subspace',
        ],
      ),
    ),
    2,
    /nodes\[\d\].*expected at most .*, got 1,280,000,000 points, .*multiply-adds.*fewer points per axis/,
  );
});

test('a missing file', () =>
  refused(
    loading(arrays(), { place: 'elsewhere.npz' }),
    2,
    /^error: nodes\[1\]: node 'data': .*data\.npz: no such file\n$/m,
  ));
test('a missing file hides no other fault', async () => {
  const file = { name: 'data.npz', sha256: '0'.repeat(64) };
  const document = pipeline(
    { data: ['load-arrays', { file, labels: 1 }], net: ['architecture', { preset: 'vgg' }] },
    [],
  );
  const { out } = await cli(['check', written(document)]);
  expect(out.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^error: nodes\[0\]: node 'data': .*no such file$/),
    expect.stringMatching(/^error: nodes\[0\]\.params\.labels: unknown parameter/),
    expect.stringMatching(/^error: nodes\[1\]\.params\.preset: expected one of/),
  ]);
});
test('a file of the wrong hash', () =>
  refused(
    loading(arrays(), { sha256: '0'.repeat(64) }),
    2,
    /'data': file 'data.npz': expected SHA-256 000000000000…, got/,
  ));
test('a file by an absolute path', () =>
  refused(loading(arrays(), { name: '/etc/data.npz', place: 'data.npz' }), 2, /relative to the document/));
test('arrays of the wrong shape', () =>
  refused(loading(arrays({ y: { data: new Float32Array(3), shape: [3, 1] } })), 2, /expected.*4.*got.*3/));
test('an array with NaN', () =>
  refused(
    loading(arrays({ x: { data: Float32Array.of(1, Number.NaN, 2, 3), shape: [4, 1] } })),
    2,
    /node 'data': .*file 'data\.npz' array 'x'.*NaN/,
  ));
test.each([
  [
    'a truncated .npz',
    'data.npz',
    arrays().subarray(0, 200),
    /data\.npz': expected a ZIP archive, got other or cut-off data/,
  ],
  [
    'a zip bomb',
    'data.npz',
    bomb(),
    /data\.npz': expected at most 1073741824 bytes of files, got an archive that says 2000000000/,
  ],
  [
    'Python objects',
    'data.npz',
    zipSync({ 'x.npy': fixture('object.npy') }),
    /Python objects; objects are never loaded/,
  ],
  ['a truncated .npy', 'data.npy', writeNpy(new Float32Array(9), [9]).subarray(0, 100), /data\.npy.*cut off/],
  ['no .npy', 'data.npy', new Uint8Array(300), /data\.npy.*expected a \.npy file/],
  ['a hostile .safetensors', 'data.safetensors', new Uint8Array(64).fill(255), /header of at most/],
  ['a pickle by its name', 'data.pt', new Uint8Array(64), /data\.pt.*expected a \.npy, \.npz or \.safetensors/],
])('%s', (_, name, bytes, message) => refused(loading(bytes, { name }), 2, message));

/** A zip whose directory claims two gigabytes for a few bytes. */
function bomb(): Uint8Array {
  const bytes = zipSync({ 'x.npy': writeNpy(new Float32Array(1000), [1000]) });
  const view = new DataView(bytes.buffer);
  view.setUint32(view.getUint32(bytes.length - 6, true) + 24, 2_000_000_000, true);
  return bytes;
}

test.each([
  ['no zip at all', new Uint8Array(100)],
  ['a bundle without a document', zipSync({ 'read.me': new Uint8Array(3) })],
  ['a bundle that climbs out', zipSync({ '../pipeline.json': new Uint8Array(3) })],
])('%s', (_, bytes) => refused(file('p.zip', bytes), 2, /p\.zip: /));

test('a search that does not converge says what was found and why not', async () => {
  const document = pipeline(
    {
      net: ['architecture'],
      inputs: ['random-inputs', { count: 20 }],
      theta: ['reference', { from: 'typed', values: [1, -0.8, 0.9, 1.1] }],
      search: ['search', { steps: 1, starts: 4, rounds: 1 }],
      basis: ['gram-schmidt'],
    },
    [
      'net.architecture theta.architecture',
      'inputs.inputs theta.inputs',
      'theta.reference search.reference',
      'search.parameters basis.parameters',
    ],
  );
  await refused(written(document), 1, /node 'search': .*(best|tolerance)/);
});

test.each([
  [[], /expected a command/],
  [['fly'], /unknown command 'fly'/],
  [['run'], /'run' needs a pipeline/],
  [['run', 'a.json', 'b.json'], /takes one argument, got 2/],
  [['run', 'a.json', '--fast'], /unknown option '--fast'/],
  [['run', 'a.json', '--device', 'tpu'], /expected one of auto, webgpu, wasm, cpu, got 'tpu'/],
  [['run', 'a.json', '--threads', '0'], /--threads: expected a whole number from 1 to 1024, got '0'/],
  [['plan', 'a.json', '--threads', 'all'], /--threads: expected a whole number from 1 to 1024, got 'all'/],
  [['run', 'a.json', '--stop-after', '0'], /--stop-after: expected seconds above 0, at most 1000000, got '0'/],
  [['run', 'a.json', '--stop-after', '5 min'], /--stop-after: .* got '5 min'/],
  [['check', 'a.json', '--threads', '2'], /'check' takes no option --threads/],
  [['check', 'a.json', '--out', 'x'], /'check' takes no option --out/],
  [['nodes', 'gird'], /unknown node type "gird"; did you mean "grid"\?/],
])('usage: %j', async (argv, message) => {
  const { code, err, out } = await cli(argv);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(message);
});

test.each([
  ['points', /expected NODE\.PARAM=VALUE/],
  ['grid=5', /expected NODE\.PARAM=VALUE/],
  ['gird.points=5', /unknown node "gird"; did you mean "grid"\?/],
  ['grid.pionts=5', /unknown parameter "pionts"; did you mean "points"\?/],
  ['grid.points=many', /expected an integer from 2 to 10000, got "many"/],
  ['grid.points=', /expected an integer from 2 to 10000, got ""/],
  ['grid.points=1e999', /expected an integer from 2 to 10000, got "1e999"/],
  ['grid.low=Infinity', /expected a number, got "Infinity"/],
  ['theta.from=thin air', /expected one of "auto", "random", .*, got "thin air"/],
  ['theta.values=1,two', /expected .*"two"/],
])('--set %s', (setting, message) => refused(written(small()), 2, message, '--set', setting));

test('a folder of other files is not overwritten', async () => {
  const out = folder();
  file('thesis.tex', 'precious', out);
  const run = await cli(['run', written(small()), '--device', 'cpu', '--quiet', '--out', out]);
  expect(run).toMatchObject({ code: 2, err: expect.stringMatching(/--out .*got one with other files/) });
  expect(readdirSync(out)).toEqual(['thesis.tex']);
});

test.each([
  ['is a file', ''],
  ['lies below a file', '/results'],
])('a place for results that %s', async (_, below) => {
  const out = `${file('thesis.tex', 'precious')}${below}`;
  const run = await cli(['run', written(small()), '--device', 'cpu', '--quiet', '--out', out]);
  expect(run).toMatchObject({ code: 2, out: '' });
  expect(run.err).toBe(`--out ${out}: expected a folder, got a file on the way; choose another place\n`);
});
