/** What cards and wires need: they live in React roots of their own, so everything reaches them through this object. */
import type { StoreApi } from 'zustand/vanilla';
import type { Workbench } from '../workbench/types.js';
import type { PortPlaces } from './port-places.js';
import type { CanvasUi, PortEnd } from './ui-store.js';

/** The surroundings of cards and wires. */
export interface CardHost {
  readonly workbench: Workbench;
  readonly ui: StoreApi<CanvasUi>;
  readonly places: PortPlaces;
  /** Tells Rete that a port's element is there (or has gone), so that wires can be drawn from it. */
  portMounted(end: PortEnd, element: HTMLElement): () => void;
}
