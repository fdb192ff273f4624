/** One WebGL context for all 3-D plots of the page: browsers keep only a few alive. Each picture is copied into its plot's own canvas. */
import { type Camera, type Scene, WebGLRenderer } from 'three';

let renderer: WebGLRenderer | undefined;
let missing = false;
const waiting = new Set<() => void>();

/** The drawn picture: where it lies on the shared canvas, valid until the next call. */
export interface Drawn {
  readonly canvas: HTMLCanvasElement;
  readonly x: number;
  readonly y: number;
}

/** Draws a scene with `width` × `height` device pixels on a transparent ground; undefined where there is no WebGL now. */
export function drawShared(scene: Scene, camera: Camera, width: number, height: number): Drawn | undefined {
  const gl = open();
  if (!gl || gl.getContext().isContextLost()) return undefined;
  const canvas = gl.domElement;
  if (canvas.width < width || canvas.height < height) {
    gl.setSize(Math.max(canvas.width, width), Math.max(canvas.height, height), false);
  }
  gl.setViewport(0, 0, width, height);
  gl.clear(); // all of it: a scaled copy also reads the pixels beside its edge
  gl.render(scene, camera);
  return { canvas, x: 0, y: canvas.height - height };
}

/** Calls back after a lost context came back, so that a plot can draw again; returns how to stop. */
export function whenRestored(draw: () => void): () => void {
  waiting.add(draw);
  return () => waiting.delete(draw);
}

function open(): WebGLRenderer | undefined {
  if (renderer || missing) return renderer;
  try {
    const canvas = document.createElement('canvas');
    canvas.addEventListener('webglcontextlost', (event) => {
      event.preventDefault();
      for (const draw of waiting) draw();
    });
    canvas.addEventListener('webglcontextrestored', () => {
      for (const draw of waiting) draw();
    });
    // Plots draw at twice their size and scale down, which smooths edges of dots too; multisampling would not.
    renderer = new WebGLRenderer({ canvas, alpha: true, antialias: false, powerPreference: 'low-power' });
    renderer.setPixelRatio(1);
    renderer.setClearColor(0x000000, 0);
  } catch {
    missing = true; // the software renderer takes over
  }
  return renderer;
}
