/** Measures of an element, kept up to date. */
import { type RefObject, useEffect, useRef, useState } from 'react';

/** Width and height of an element in px. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A ref and the size of its element; undefined until measured. */
export function useSize<E extends HTMLElement>(): readonly [RefObject<E | null>, Size | undefined] {
  const ref = useRef<E>(null);
  const [size, setSize] = useState<Size>();
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = (): void => {
      // Layout size: a canvas that is zoomed with a transform must not blur or resize its plots.
      const { clientWidth: width, clientHeight: height } = element;
      setSize((old) => (old?.width === width && old.height === height ? old : { width, height }));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  return [ref, size];
}

/** A ref and the width of its element, `before` until measured. */
export function useWidth<E extends HTMLElement>(before: number): readonly [RefObject<E | null>, number] {
  const [ref, size] = useSize<E>();
  return [ref, size?.width || before];
}

/** Device pixels per px; it changes with the browser's zoom and when the window moves to another screen. */
export function useDensity(): number {
  const [density, setDensity] = useState(() => now());
  useEffect(() => {
    const query = window.matchMedia(`(resolution: ${density}dppx)`);
    const change = (): void => setDensity(now());
    query.addEventListener('change', change);
    return () => query.removeEventListener('change', change);
  }, [density]);
  return density;
}

const now = (): number => globalThis.devicePixelRatio || 1;
