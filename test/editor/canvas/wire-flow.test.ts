import { describe, expect, it } from 'vitest';
import { keyOfEnd, type PortEnd } from '../../../src/editor/canvas/ui-store.js';
import { WireFlow, type WireHost } from '../../../src/editor/canvas/wire-flow.js';

const socket = (side: 'input' | 'output', nodeId: string, key: string) => ({
  element: {} as HTMLElement,
  type: 'socket' as const,
  side,
  nodeId,
  key,
});
const a = socket('output', 'a', 'out');
const b = socket('input', 'b', 'in');
const wrong = socket('input', 'c', 'in');

/** A canvas on which `b.in` is wired from `a.out` (if `wired`), and where only `c.in` refuses. */
function gesture(wired = false) {
  const log: string[] = [];
  const host: WireHost = {
    sourceOf: (input) =>
      wired && keyOfEnd(input) === 'input b.in' ? { node: 'a', side: 'output', port: 'out' } : undefined,
    started: (from, lifted) => log.push(`start ${keyOfEnd(from)}${lifted ? ` lifting ${lifted}` : ''}`),
    allows: (_, to: PortEnd) => to.node !== 'c',
    connect: (from, to, lifted) =>
      log.push(`connect ${keyOfEnd(from)} ${keyOfEnd(to)}${lifted ? ` for ${lifted}` : ''}`),
    letGo: (from, lifted) => log.push(`let go ${keyOfEnd(from)}${lifted ? ` with ${lifted}` : ''}`),
    ended: () => log.push('end'),
  };
  const flow = new WireFlow(host);
  const context = { editor: {}, scope: {}, socketsCache: new Map([a, b, wrong].map((s) => [s.element, s])) } as never;
  return {
    log,
    flow,
    down: (s: typeof a | typeof b) => flow.pick({ socket: s, event: 'down' }, context),
    up: (s: typeof a | typeof b) => flow.pick({ socket: s, event: 'up' }, context),
    drop: () => flow.drop(context),
  };
}

describe('drawing a wire', () => {
  it('from port to port', async () => {
    const { log, flow, down, up } = gesture();
    await down(a);
    expect(flow.getPickedSocket()).toBe(a);
    await up(b);
    expect(log).toEqual(['start output a.out', 'end', 'connect output a.out input b.in']);
    expect(flow.getPickedSocket()).toBeUndefined();
  });
  it('by two clicks', async () => {
    const { log, down, up } = gesture();
    await down(a);
    await up(a);
    await down(b);
    expect(log.at(-1)).toBe('connect output a.out input b.in');
  });
  it('ends without a wire where it is refused', async () => {
    const { log, down, up } = gesture();
    await down(a);
    await up(wrong);
    expect(log).toEqual(['start output a.out', 'end']);
  });
  it('over no port says so, once', async () => {
    const { log, down, drop } = gesture();
    await down(a);
    drop();
    drop();
    expect(log).toEqual(['start output a.out', 'end', 'let go output a.out']);
  });
  it('can be called off', async () => {
    const { log, flow, down, drop } = gesture();
    await down(a);
    flow.cancel();
    drop();
    expect(log).toEqual(['start output a.out', 'end']);
  });
});

describe('picking up a wire by its input', () => {
  it('moves it to another input', async () => {
    const { log, down, up } = gesture(true);
    const other = socket('input', 'd', 'in');
    await down(b);
    await up(other);
    expect(log).toEqual(['start output a.out lifting b.in', 'end', 'connect output a.out input d.in for b.in']);
  });
  it('puts it back where it was', async () => {
    const { log, flow, down, up } = gesture(true);
    await down(b);
    await up(b);
    expect(log).toEqual(['start output a.out lifting b.in', 'end']);
    expect(flow.getPickedSocket()).toBeUndefined();
  });
  it('lets it go over no port', async () => {
    const { log, down, drop } = gesture(true);
    await down(b);
    drop();
    expect(log.at(-1)).toBe('let go output a.out with b.in');
  });
});
