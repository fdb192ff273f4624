/** Copy, cut and paste through the system clipboard, as the JSON of a document. */
import type { CanvasController } from './controller.js';
import { inside } from './geometry.js';
import { isTextField } from './shortcuts.js';

/** Listens for clipboard events while the canvas has the focus. */
export class Clipboard {
  readonly #abort = new AbortController();
  #pointer: { x: number; y: number } | undefined;

  constructor(
    readonly canvas: CanvasController,
    readonly root: HTMLElement,
  ) {
    const listen = { signal: this.#abort.signal };
    root.addEventListener('pointermove', (event) => (this.#pointer = { x: event.clientX, y: event.clientY }), listen);
    root.addEventListener('pointerleave', () => (this.#pointer = undefined), listen);
    document.addEventListener('copy', (event) => this.#copy(event), listen);
    document.addEventListener('cut', (event) => this.#copy(event) && canvas.editing.remove('Cut'), listen);
    document.addEventListener('paste', (event) => this.#paste(event), listen);
  }

  destroy(): void {
    this.#abort.abort();
  }

  #here(): boolean {
    const { activeElement } = document;
    if (isTextField(activeElement)) return false;
    return activeElement === document.body || this.root.contains(activeElement);
  }

  #copy(event: ClipboardEvent): boolean {
    if (!this.#here() || (getSelection()?.isCollapsed === false && !this.root.contains(document.activeElement)))
      return false;
    const text = this.canvas.editing.copied();
    if (text === undefined || !event.clipboardData) return false;
    event.preventDefault();
    event.clipboardData.setData('text/plain', text);
    this.canvas.say('Copied');
    return true;
  }

  #paste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (!this.#here() || text.trim() === '') return;
    event.preventDefault();
    const at = this.#pointer && this.canvas.viewport.toCanvas(this.#pointer.x, this.#pointer.y);
    this.canvas.editing.paste(text, at && inside(at, this.canvas.viewport.seen) ? at : undefined);
  }
}
