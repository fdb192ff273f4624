/**
 * The script inside a report: turns 3-D plots and saves the document. It is bundled into one plain script of its own (vite.report.config.ts)
 * and uses the same camera, axes box and software renderer as the window; it needs no library and no network.
 */
import { axesBox } from '../../plot/box.js';
import { type Camera, drag, keyTurn, projection, turn } from '../../plot/camera.js';
import { rasterise } from '../../plot/raster.js';
import { shapesToCanvas } from '../../plot/shapes.js';
import { type SpaceFigure, unpackSpace } from '../../plot/space-pack.js';
import { themeOf } from '../../plot/theme.js';

function mount(host: HTMLElement, figure: SpaceFigure): void {
  const theme = themeOf(figure.theme);
  const canvas = document.createElement('canvas');
  const density = Math.min(3, Math.max(1, window.devicePixelRatio || 1));
  canvas.width = Math.round(figure.width * density);
  canvas.height = Math.round(figure.height * density);
  canvas.style.width = `${figure.width}px`;
  canvas.style.height = `${figure.height}px`;
  canvas.tabIndex = 0;
  canvas.setAttribute('role', 'application');
  canvas.setAttribute('aria-roledescription', 'turnable plot');
  canvas.setAttribute('aria-label', `${host.dataset.label ?? ''} Arrow keys turn, plus and minus zoom, 0 resets`);
  const context = canvas.getContext('2d');
  const layer = document.createElement('canvas');
  if (!context) return;
  let camera: Camera = figure.camera;
  let frame = 0;
  let moving = false;

  const draw = (): void => {
    frame = 0;
    const view = projection(camera, figure.body, figure.space.half);
    const axes = axesBox(figure.space, theme, view);
    context.setTransform(density, 0, 0, density, 0, 0);
    context.fillStyle = theme.panel;
    context.fillRect(0, 0, figure.width, figure.height);
    shapesToCanvas(context, axes.behind, theme.font);
    const picture = rasterise(figure.space, view, moving ? density : Math.max(2, density));
    layer.width = picture.width;
    layer.height = picture.height;
    const data = new ImageData(picture.width, picture.height);
    data.data.set(picture.rgba);
    layer.getContext('2d')?.putImageData(data, 0, 0);
    const { x, y, width, height } = figure.body;
    context.imageSmoothingQuality = 'high';
    context.drawImage(layer, x, y, width, height);
    shapesToCanvas(context, axes.front, theme.font);
    shapesToCanvas(context, figure.shapes, theme.font);
  };
  const later = (): void => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };
  const aim = (next: Camera): void => {
    camera = next;
    later();
  };

  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    moving = true;
  });
  canvas.addEventListener('pointermove', (event) => {
    if (moving) aim(drag(camera, event.movementX, event.movementY));
  });
  for (const name of ['pointerup', 'pointercancel']) {
    canvas.addEventListener(name, () => {
      moving = false;
      later();
    });
  }
  canvas.addEventListener('dblclick', () => aim(figure.camera));
  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = keyTurn(camera, event.key, figure.camera);
    if (!next) return;
    event.preventDefault();
    aim(next);
  });
  canvas.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== canvas) return;
      event.preventDefault();
      aim(turn(camera, 0, 0, Math.exp(-event.deltaY * 0.0015)));
    },
    { passive: false },
  );
  host.replaceChildren(canvas);
  draw();
}

for (const host of document.querySelectorAll<HTMLElement>('figure[data-space]')) {
  const data = document.getElementById(host.dataset.space ?? '');
  if (data?.textContent) mount(host, unpackSpace(data.textContent));
}

const save = document.getElementById('save');
save?.removeAttribute('hidden');
save?.addEventListener('click', () => {
  const text = document.getElementById('fiberscope-document')?.textContent ?? '';
  const link = document.createElement('a');
  link.href = URL.createObjectURL(
    new Blob([`${JSON.stringify(JSON.parse(text), undefined, 2)}\n`], { type: 'application/json' }),
  );
  link.download = save.dataset.name ?? 'pipeline.json';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
});
