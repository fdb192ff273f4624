import fc from 'fast-check';
import { Vector3 } from 'three';
import { describe, expect, it } from 'vitest';
import { axesBox } from '../../src/plot/box.js';
import { DEFAULT_CAMERA, keyTurn, project, projection, turn } from '../../src/plot/camera.js';
import { type Box, overlap, textBox } from '../../src/plot/drawing.js';
import { MARK_RADIUS, marksBackToFront, rasterise } from '../../src/plot/raster.js';
import { buildScene } from '../../src/plot/scene.js';
import { spaceOf } from '../../src/plot/space.js';
import { packSpace, unpackSpace } from '../../src/plot/space-pack.js';
import { light } from '../../src/plot/theme.js';
import { VIRIDIS } from '../../src/plot/viridis.js';
import { lattice, points } from './examples.js';

const body: Box = { x: 12, y: 34, width: 420, height: 300 };
const cameras = fc.record({
  azimuth: fc.double({ min: -7, max: 7, noNaN: true }),
  elevation: fc.double({ min: -1.5, max: 1.5, noNaN: true }),
  zoom: fc.double({ min: 0.5, max: 3, noNaN: true }),
});
const coordinate = fc.double({ min: -1, max: 1, noNaN: true });

describe('geometry of 3-D plots', () => {
  it('puts points into the box and colours low J dark', () => {
    const plot = points(3);
    const space = spaceOf(plot);
    expect(space.points!.tone).toHaveLength(plot.values.length);
    expect([...space.points!.position]).toEqual([...plot.position]); // the axes are −1 to 1, as the box
    const centre = plot.values.indexOf(0);
    expect(space.points!.tone[centre]).toBe(0);
    expect(space.marks[0]).toMatchObject({ position: [0, 0, 0], name: 'θ₀', colour: '#c0362c' });
  });

  it('leaves marks outside the box out of the picture', () => {
    const plot = points(3, { marks: [{ name: 'θ₀', position: [3, 0, 0] }] });
    expect(spaceOf(plot).marks).toEqual([]);
  });

  it('makes the height of a surface J, or log J, and lays marks on it', () => {
    const plot = lattice('surface', 9, ([x, y]) => 1 + x! * x! + y! * y!);
    const { mesh, half, marks } = spaceOf(plot);
    const at = (k: number): number => mesh!.position[3 * k + 2]!;
    expect(at(0)).toBeCloseTo(half[2], 6); // a corner: J = 9, the highest
    expect(at(40)).toBeCloseTo(-half[2], 6); // the centre: J = 1, the lowest
    expect(marks[0]!.position[2]).toBeCloseTo(-half[2], 6);
    expect(at(4 * 9 + 6)).toBeCloseTo(half[2] * ((2 * (2 - 1)) / 8 - 1), 6); // c = (0, 1): J = 2
    const log = spaceOf({ ...plot, colouring: { log: true, relative: false } });
    expect(log.mesh!.position[3 * (4 * 9 + 6) + 2]).toBeCloseTo(half[2] * ((2 * Math.log(2)) / Math.log(9) - 1), 5);
    expect(mesh!.index.length / 3).toBe(2 * 8 * 8);
    expect(mesh!.normal[3 * 40 + 2]).toBeCloseTo(1, 6); // flat at the minimum
  });

  it('leaves holes where J is not finite', () => {
    const plot = lattice('surface', 5, ([x, y]) => (x === 0 && y === 0 ? Number.NaN : 1 + x!));
    const { mesh } = spaceOf(plot);
    expect([...mesh!.index]).not.toContain(12);
    expect(mesh!.index.length / 3).toBe(2 * 16 - 6); // six triangles meet in a vertex
  });

  it('puts the iso-surface where J = ε: a sphere of radius √ε', () => {
    const plot = lattice('iso-surface', 21, (c) => c.reduce((sum, v) => sum + v * v, 0), { epsilon: 1.44 });
    const { mesh } = spaceOf(plot);
    // Between lattice points the root of J is convex: a chord of length h, here a diagonal 0.2√3, is off by at most h²/8R.
    const most = (0.2 * Math.sqrt(3)) ** 2 / (8 * 1.2);
    for (let k = 0; k < mesh!.tone.length; k++) {
      const [x, y, z] = [0, 1, 2].map((d) => 2 * mesh!.position[3 * k + d]!); // the box is half the coefficients
      expect(Math.abs(Math.hypot(x!, y!, z!) - 1.2)).toBeLessThan(most);
    }
    expect(mesh!.tone.length).toBeGreaterThan(100);
  });

  it('survives empty sets', () => {
    const space = spaceOf(points(3, { position: new Float32Array(0), values: new Float32Array(0), marks: [] }));
    const view = projection(DEFAULT_CAMERA, body, space.half);
    expect(rasterise(space, view, 1).rgba.every((v) => v === 0)).toBe(true);
    expect(axesBox(space, light, view).front.length).toBeGreaterThan(3);
  });
});

describe('camera', () => {
  it('looks from the eye: what is nearer is in front, up is up, right is right', () => {
    const p = projection({ azimuth: 0, elevation: 0, zoom: 1 }, body, [1, 1, 1]);
    const centre = project(p, 0, 0, 0);
    expect([centre.x, centre.y]).toEqual(p.centre);
    expect(project(p, 1, 0, 0).depth).toBeLessThan(centre.depth);
    expect(project(p, 0, 0, 1).y).toBeLessThan(centre.y);
    expect(project(p, 0, 1, 0).x).toBeGreaterThan(centre.x); // a right-handed system, not mirrored
  });

  it('fits the box into the picture from every side at zoom 1', () => {
    fc.assert(
      fc.property(cameras, fc.constantFrom([1, 1, 1] as const, [1, 1, 0.62] as const), (camera, half) => {
        const p = projection({ ...camera, zoom: 1 }, body, half);
        for (const x of [-1, 1]) {
          for (const y of [-1, 1]) {
            for (const z of [-1, 1]) {
              const s = project(p, x * half[0], y * half[1], z * half[2]);
              expect(s.x).toBeGreaterThan(body.x);
              expect(s.x).toBeLessThan(body.x + body.width);
              expect(s.y).toBeGreaterThanOrEqual(body.y);
              expect(s.y).toBeLessThanOrEqual(body.y + body.height - 16);
            }
          }
        }
      }),
    );
  });

  it('agrees with three.js, so that axes and data meet', () => {
    const scene = buildScene(spaceOf(points(3)));
    fc.assert(
      fc.property(cameras, coordinate, coordinate, coordinate, (camera, x, y, z) => {
        const p = projection(camera, body, [1, 1, 1]);
        scene.aim(p, 2);
        scene.camera.updateMatrixWorld();
        const ndc = new Vector3(x, y, z).project(scene.camera);
        const own = project(p, x, y, z);
        expect(body.x + ((ndc.x + 1) / 2) * body.width).toBeCloseTo(own.x, 3);
        expect(body.y + ((1 - ndc.y) / 2) * body.height).toBeCloseTo(own.y, 3);
      }),
    );
    scene.dispose();
  });

  it('turns by keys and stops short of the poles', () => {
    expect(keyTurn(DEFAULT_CAMERA, 'ArrowLeft', DEFAULT_CAMERA)!.azimuth).toBeGreaterThan(DEFAULT_CAMERA.azimuth);
    expect(keyTurn(turn(DEFAULT_CAMERA, 1, 1, 2), '0', DEFAULT_CAMERA)).toEqual(DEFAULT_CAMERA);
    expect(keyTurn(DEFAULT_CAMERA, 'x', DEFAULT_CAMERA)).toBeUndefined();
    expect(turn(DEFAULT_CAMERA, 0, 99).elevation).toBeLessThan(Math.PI / 2);
    expect(turn(DEFAULT_CAMERA, 0, 0, 1e9).zoom).toBeLessThan(100);
  });
});

describe('axes box', () => {
  it('has no overlapping words from any side, all inside the picture, with every axis named unless seen end on', () => {
    const spaces = [spaceOf(points(3)), spaceOf(lattice('surface', 9, ([x, y]) => 1 + x! * x! + y! * y!))];
    fc.assert(
      fc.property(cameras, fc.constantFrom(...spaces), (camera, space) => {
        const p = projection({ ...camera, zoom: 1 }, body, space.half);
        const words = axesBox(space, light, p).front.filter((s) => s.kind === 'text');
        const boxes = words.map((w) => textBox(w.x, w.y, w.text, w.size, w.align));
        boxes.forEach((a, i) => {
          boxes.slice(0, i).forEach((b, j) => {
            expect(overlap(a, b), `${words[i]!.text} over ${words[j]!.text}`).toBe(false);
          });
          if (words[i]!.bold) return; // names of marks lie where the marks are
          expect(a.x).toBeGreaterThanOrEqual(body.x - 1);
          expect(a.x + a.width).toBeLessThanOrEqual(body.x + body.width + 1);
        });
        const named = words.filter((w) => /^c|^J/.test(w.text)).length;
        expect(named).toBeGreaterThanOrEqual(2);
      }),
    );
  });

  it('name every mark in the picture, also where marks crowd, and none that is zoomed out of it', () => {
    const marks = [0, 1, 2, 3, 4].map((k) => ({ name: `θ${'₀₁₂₃₄'[k]}`, position: [0.02 * k, -0.01 * k, 0.01 * k] }));
    const space = spaceOf(points(3, { marks }));
    const names = (camera: typeof DEFAULT_CAMERA, of = space) =>
      axesBox(of, light, projection(camera, body, space.half)).front.flatMap((s) =>
        s.kind === 'text' && s.bold ? s.text.split(', ') : [],
      );
    fc.assert(
      fc.property(cameras, (camera) => {
        expect(names({ ...camera, zoom: 1 }).sort()).toEqual(marks.map(({ name }) => name));
      }),
    );
    const corner = spaceOf(points(3, { marks: [{ name: 'θ₀', position: [1, 1, 1] }] }));
    expect(names({ ...DEFAULT_CAMERA, zoom: 8 }, corner)).toEqual([]);
  });
});

describe('software renderer', () => {
  const empty = { ...spaceOf(points(3)), marks: [] };

  it('draws a dot as a disc of the right size, and the nearer of two dots', () => {
    const one = (x: number, tone: number) => ({ position: Float32Array.of(x, 0, 0), tone: Uint8Array.of(tone) });
    const p = projection({ azimuth: 0, elevation: 0, zoom: 1 }, body, [1, 1, 1]);
    const dot = { ...empty, points: { ...one(0, 255), radius: 0.3, member: Uint32Array.of(0) } };
    const { rgba, width, height } = rasterise(dot, p, 1);
    expect([width, height]).toEqual([420, 300]);
    let area = 0;
    for (let k = 3; k < rgba.length; k += 4) if (rgba[k]! > 0) area++;
    expect(area / (Math.PI * (0.3 * p.scale) ** 2)).toBeCloseTo(1, 1);
    for (const order of [
      [0.5, -0.5],
      [-0.5, 0.5],
    ]) {
      const two = {
        ...empty,
        points: {
          position: Float32Array.from(order.flatMap((x) => [x, 0, 0])),
          tone: Uint8Array.from(order, (x) => (x > 0 ? 255 : 0)),
          radius: 0.2,
          member: Uint32Array.of(0, 1),
        },
      };
      const picture = rasterise(two, p, 1);
      const centre = 4 * (Math.floor(p.centre[1] - body.y) * 420 + 210);
      expect(picture.rgba[centre]!).toBeGreaterThan(150); // yellow, the nearer one
    }
  });

  it('fills a mesh without gaps and hides what lies behind it; a hidden mark keeps its colour', () => {
    const plane = {
      ...empty,
      points: {
        position: Float32Array.of(-0.5, 0, 0),
        tone: Uint8Array.of(255),
        radius: 0.1,
        member: Uint32Array.of(0),
      },
      mesh: {
        position: Float32Array.of(0, -1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1),
        normal: Float32Array.of(1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0),
        index: Uint32Array.of(0, 1, 2, 0, 2, 3),
        tone: new Uint8Array(4),
      },
    };
    const p = projection({ azimuth: 0, elevation: 0, zoom: 1 }, body, [1, 1, 1]);
    const side = p.scale;
    const { rgba } = rasterise(plane, p, 1);
    let area = 0;
    for (let k = 3; k < rgba.length; k += 4) if (rgba[k]! > 0) area++;
    expect(area / (2 * side) ** 2).toBeCloseTo(1, 1);
    const centre = 4 * (Math.floor(p.centre[1] - body.y) * 420 + 210);
    expect(rgba[centre + 1]!).toBeLessThanOrEqual(VIRIDIS[1]! + 10);
    const marked = { ...plane, marks: [{ position: [-0.5, 0, 0] as const, colour: '#c0362c', name: 'θ₀' }] };
    const seen = rasterise(marked, p, 1).rgba.slice(centre, centre + 3);
    for (const [channel, own] of [0xc0, 0x36, 0x2c].entries()) expect(Math.abs(seen[channel]! - own)).toBeLessThan(26);
    expect(MARK_RADIUS * p.scale).toBeGreaterThan(3);
  });

  it('draws nearer marks over farther ones, in whatever order they are given', () => {
    const p = projection({ azimuth: 0, elevation: 0, zoom: 1 }, body, [1, 1, 1]);
    const near = { position: [0.5, 0, 0] as const, colour: '#c0362c', name: 'θ₀' };
    const far = { position: [-0.5, 0, 0] as const, colour: '#2c36c0', name: 'θ₁' };
    expect(marksBackToFront([near, far], p)).toEqual([1, 0]);
    expect(rasterise({ ...empty, marks: [near, far] }, p, 1).rgba).toEqual(
      rasterise({ ...empty, marks: [far, near] }, p, 1).rgba,
    );
  });
});

describe('packed figures', () => {
  it('come back as they were, to a thirty-thousandth of the box', () => {
    for (const plot of [
      points(3),
      lattice('surface', 7, ([x, y]) => x! * x! + y! * y!),
      lattice('iso-surface', 9, (c) => c.reduce((sum, v) => sum + v * v, 0), { epsilon: 1 }),
    ]) {
      const space = spaceOf(plot);
      const figure = { width: 5, height: 4, body, shapes: [], theme: 'light' as const, camera: DEFAULT_CAMERA, space };
      const back = unpackSpace(packSpace(figure));
      expect({ ...back, space: undefined }).toEqual({ ...figure, space: undefined });
      const [a, b] = [space.points ?? space.mesh!, back.space.points ?? back.space.mesh!];
      expect(b.tone).toEqual(a.tone);
      a.position.forEach((v, k) => {
        expect(Math.abs(b.position[k]! - v)).toBeLessThan(4 / 65534);
      });
      if (space.mesh) expect(back.space.mesh!.index).toEqual(space.mesh.index);
      expect(back.space.marks).toEqual(space.marks);
    }
  });
});
