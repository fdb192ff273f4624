/** One WebGL context for all 3-D plots: browsers keep only a few alive. Each picture is copied out before the next is drawn. */
import { type Camera, type Scene, WebGLRenderer } from 'three';
import { type AnyCanvas, newCanvas } from './canvas.js';

let renderer: WebGLRenderer | undefined;
let missing = false; // then the software renderer takes over
const waiting = new Set<() => void>();

/** The drawn picture: where it lies on the shared canvas, valid until the next call. */
export interface SharedPicture {
  readonly canvas: AnyCanvas;
  readonly x: number;
  readonly y: number;
}

/** Draws a scene with `width` × `height` device pixels on a transparent ground; undefined where there is no WebGL now. */
export function drawShared(scene: Scene, camera: Camera, width: number, height: number): SharedPicture | undefined {
  const gl = open();
  if (!gl || gl.getContext().isContextLost()) return undefined;
  const canvas = gl.domElement as AnyCanvas;
  if (canvas.width < width || canvas.height < height) {
    gl.setSize(Math.max(canvas.width, width), Math.max(canvas.height, height), false);
  }
  gl.setViewport(0, 0, width, height);
  gl.clear(); // all of it: a scaled copy also reads the pixels beside its edge
  gl.render(scene, camera);
  return { canvas, x: 0, y: canvas.height - height };
}

/** Whether WebGL draws here. */
export function hasWebGl(): boolean {
  return open() !== undefined;
}

/** Calls back whenever the context was lost or came back, so that plots can be drawn again. */
export function onWebGlChange(draw: () => void): void {
  waiting.add(draw);
}

function open(): WebGLRenderer | undefined {
  if (renderer || missing) return renderer;
  try {
    const canvas = newCanvas(1024, 1024);
    canvas.addEventListener('webglcontextlost', (event) => {
      event.preventDefault();
      for (const draw of waiting) draw();
    });
    canvas.addEventListener('webglcontextrestored', () => {
      for (const draw of waiting) draw();
    });
    // Plots draw at twice their size and scale down, which smooths edges of dots too; multisampling would not.
    const look: WebGLContextAttributes = { alpha: true, antialias: false, powerPreference: 'low-power' };
    const context = canvas.getContext('webgl2', look) as WebGL2RenderingContext | null;
    if (context) renderer = new WebGLRenderer({ canvas, context, ...look });
    else missing = true;
    if (!renderer) return undefined;
    renderer.setPixelRatio(1);
    renderer.setClearColor(0x000000, 0);
  } catch {
    missing = true;
  }
  return renderer;
}
