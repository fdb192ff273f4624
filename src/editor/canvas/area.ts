/** The Rete area with this canvas' schemes and signals filled in. */
import type { AreaPlugin } from 'rete-area-plugin';
import type { ReactArea2D } from 'rete-react-plugin';
import type { FiberscopeSchemes } from '../plugin/schemes.js';

/** Signals of the area besides its own: what React draws. */
export type CanvasExtra = ReactArea2D<FiberscopeSchemes>;
/** The area of the canvas. */
export type CanvasArea = AreaPlugin<FiberscopeSchemes, CanvasExtra>;
