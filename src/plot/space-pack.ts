/** A 3-D figure as JSON, for the report's viewer: positions in 16 bits (a box is 400 px wide; its steps are 1/16,000). */
import { unzlibSync, zlibSync } from 'fflate';
import type { Camera } from './camera.js';
import type { Box, Shape } from './drawing.js';
import type { Mesh } from './iso-surface.js';
import { base64 } from './png.js';
import type { Space } from './space.js';
import type { ThemeName } from './theme.js';

/** A laid-out 3-D figure. */
export interface SpaceFigure {
  readonly width: number;
  readonly height: number;
  readonly body: Box;
  readonly shapes: readonly Shape[];
  readonly theme: ThemeName;
  readonly camera: Camera;
  readonly space: Space;
}

/** World coordinates that the 16 bits span: −2 to 2; half ∞ (65535) stands for what is not finite. */
const SPAN = 2;

interface Packed extends Omit<SpaceFigure, 'space'> {
  readonly half: Space['half'];
  readonly axes: Space['axes'];
  readonly marks: Space['marks'];
  readonly points?: { readonly position: string; readonly tone: string; readonly radius: number };
  readonly mesh?: PackedFaces & { readonly tone: string };
  readonly plateau?: PackedFaces;
}

interface PackedFaces {
  readonly position: string;
  readonly normal: string;
  readonly index: string;
}

/** A figure as JSON text. */
export function packSpace({ space, ...figure }: SpaceFigure): string {
  const { half, axes, marks, points, mesh, plateau } = space;
  const packed: Packed = {
    ...figure,
    half,
    axes,
    marks,
    ...(points
      ? { points: { position: pack16(points.position, SPAN), tone: squeeze(points.tone), radius: points.radius } }
      : {}),
    ...(mesh ? { mesh: { ...packFaces(mesh), tone: squeeze(mesh.tone) } } : {}),
    ...(plateau ? { plateau: packFaces(plateau) } : {}),
  };
  return JSON.stringify(packed);
}

/** The figure of a JSON text that `packSpace` made. */
export function unpackSpace(text: string): SpaceFigure {
  const { half, axes, marks, points, mesh, plateau, ...figure } = JSON.parse(text) as Packed;
  const space: Space = {
    half,
    axes,
    marks,
    ...(points
      ? {
          points: {
            position: unpack16(points.position, SPAN),
            tone: bytes(points.tone),
            radius: points.radius,
            member: new Uint32Array(0),
          },
        }
      : {}),
    ...(mesh ? { mesh: { ...unpackFaces(mesh), tone: bytes(mesh.tone) } } : {}),
    ...(plateau ? { plateau: unpackFaces(plateau) } : {}),
  };
  return { ...figure, space };
}

const packFaces = ({ position, normal, index }: Mesh): PackedFaces => ({
  position: pack16(position, SPAN),
  normal: pack16(normal, 1),
  index: packSteps(index),
});

const unpackFaces = ({ position, normal, index }: PackedFaces): Mesh => ({
  position: unpack16(position, SPAN),
  normal: unpack16(normal, 1),
  index: unpackSteps(index),
});

function pack16(values: Float32Array, span: number): string {
  const out = Uint16Array.from(values, (v) =>
    Number.isFinite(v) ? Math.round(((Math.min(span, Math.max(-span, v)) / span + 1) / 2) * 65534) : 65535,
  );
  return squeeze(new Uint8Array(out.buffer));
}

function unpack16(text: string, span: number): Float32Array {
  return Float32Array.from(new Uint16Array(bytes(text).buffer), (v) =>
    v === 65535 ? Number.NaN : (v / 32767 - 1) * span,
  );
}

/** Triangles name vertices near those of the triangle before: steps are small numbers and deflate well. */
function packSteps(index: Uint32Array): string {
  const steps = Int32Array.from(index, (v, k) => (k === 0 ? v : v - index[k - 1]!));
  return squeeze(new Uint8Array(steps.buffer));
}

function unpackSteps(text: string): Uint32Array {
  let at = 0;
  return Uint32Array.from(new Int32Array(bytes(text).buffer), (step) => {
    at += step;
    return at;
  });
}

const squeeze = (data: Uint8Array): string => base64(zlibSync(data, { level: 6 }));

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return unzlibSync(Uint8Array.from(atob(text), (c) => c.charCodeAt(0))).slice();
}
