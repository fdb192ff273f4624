/** The J ruler: where θ₀…θ_m, the null models and ε lie on one logarithmic axis. ε is a handle. */
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import { formatNumber } from '../../catalog/text.js';
import type { RulerData } from '../../catalog/views.js';
import { nullModelFlags } from '../../plot/headline.js';
import {
  epsilonText,
  layoutRuler,
  type RulerComparison,
  type RulerDomain,
  roundEpsilon,
  rulerJ,
} from '../../plot/ruler.js';
import { RULER, rulerShapes } from '../../plot/ruler-shapes.js';
import { shapesToSvg } from '../../plot/shapes.js';
import { type ThemeName, themeOf } from '../../plot/theme.js';
import { type Range, standing } from './ruler-range.js';
import { useWidth } from './use-size.js';
import './plots.css';

/** What the ruler shows and what happens when ε is moved; without `onEpsilon` there is no handle to drag. */
export interface JRulerProps {
  readonly ruler: RulerData;
  /** ε in absolute J. `dragging` is true while the pointer is down. */
  readonly onEpsilon?: ((epsilon: number, dragging: boolean) => void) | undefined;
  readonly comparisons?: readonly RulerComparison[];
  readonly label?: string;
  readonly theme?: ThemeName;
}

/** The ruler. */
export function JRuler({ ruler, onEpsilon, comparisons, label, theme = 'light' }: JRulerProps) {
  const [box, width] = useWidth<HTMLDivElement>(640);
  const drag = useRef<{ readonly domain: RulerDomain; readonly grip: number } | undefined>(undefined);
  const [held, setHeld] = useState<number>(); // ε under the pointer, before the document answers
  const epsilon = held ?? ruler.epsilon;
  // The axis stands still while ε is dragged, and after it.
  const range = useRef<Range>(undefined);
  const domain = useMemo(() => {
    if (drag.current) return drag.current.domain;
    range.current = standing(range.current, ruler, comparisons);
    return range.current.domain;
  }, [ruler, comparisons]);
  const layout = useMemo(
    () =>
      layoutRuler(epsilon === undefined ? ruler : { ...ruler, epsilon }, Math.max(160, width), {
        domain,
        ...(comparisons ? { comparisons } : {}),
      }),
    [ruler, epsilon, width, domain, comparisons],
  );
  const flags = epsilon === undefined ? [] : nullModelFlags(epsilon, ruler.scale);
  const flagged = flags.length > 0;

  useEffect(() => {
    if (ruler.epsilon !== undefined && drag.current === undefined) setHeld(undefined);
  }, [ruler.epsilon]);

  const give = (next: number, dragging: boolean): void => {
    // the cap as it is: in the unit of ε it may be a short number
    const value = ruler.cap !== undefined && next >= ruler.cap ? ruler.cap : roundEpsilon(next);
    if (!(value > 0) || !Number.isFinite(value)) return;
    setHeld(dragging ? value : undefined);
    onEpsilon?.(value, dragging);
  };
  const pointerX = (event: PointerEvent): number => event.clientX - (box.current?.getBoundingClientRect().left ?? 0);
  const down = (event: PointerEvent<HTMLDivElement>): void => {
    if (!onEpsilon || event.button !== 0) return;
    const x = pointerX(event);
    const near = layout.epsilon !== undefined && Math.abs(x - layout.epsilon) <= 14;
    drag.current = { domain, grip: near ? x - layout.epsilon! : 0 };
    event.currentTarget.setPointerCapture(event.pointerId);
    if (!near) give(rulerJ(domain, layout.width, x), true);
  };
  const move = (event: PointerEvent<HTMLDivElement>): void => {
    if (!drag.current) return;
    give(rulerJ(drag.current.domain, layout.width, pointerX(event) - drag.current.grip), true);
  };
  const up = (): void => {
    if (!drag.current) return;
    drag.current = undefined;
    if (held !== undefined) give(held, false);
  };
  const key = (event: KeyboardEvent<HTMLButtonElement>): void => {
    if (!onEpsilon || epsilon === undefined) return;
    const factor = keyFactor(event.key, event.shiftKey);
    let next: number | undefined = factor === undefined ? undefined : epsilon * factor;
    if (event.key === 'Home') next = domain.low * domain.unit;
    if (event.key === 'End') next = Math.min(domain.high * domain.unit, ruler.cap ?? Number.POSITIVE_INFINITY);
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const [low, high] = [domain.low * domain.unit, domain.high * domain.unit];
    give(Math.min(Math.max(next, Math.min(low, epsilon)), Math.max(high, epsilon)), false);
  };
  const drawing = useMemo(() => {
    const colours = themeOf(theme);
    return shapesToSvg(rulerShapes(layout, colours, flagged), colours.font);
  }, [layout, theme, flagged]);

  return (
    <div className="j-ruler">
      {flagged && (
        <p className="j-ruler-flag" role="status">
          {flags.map((flag) => `▲ ${flag}`).join(' · ')}
        </p>
      )}
      <div
        ref={box}
        className={onEpsilon ? 'j-ruler-axis live' : 'j-ruler-axis'}
        style={{ height: RULER.height }}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={up}
      >
        <svg
          width={layout.width}
          height={RULER.height}
          aria-hidden="true"
          // biome-ignore lint/security/noDangerouslySetInnerHtml: our own shapes; every text in them is escaped
          dangerouslySetInnerHTML={{ __html: drawing }}
        />
        {layout.epsilon !== undefined && epsilon !== undefined && (
          <button
            type="button"
            className={flagged ? 'j-ruler-handle flagged' : 'j-ruler-handle'}
            style={{ left: layout.epsilon, top: RULER.axis }}
            role="slider"
            aria-label={label ?? 'ε, the threshold on J'}
            aria-valuemin={domain.low * domain.unit}
            aria-valuemax={Math.max(ruler.cap ?? domain.high * domain.unit, epsilon)}
            aria-valuenow={epsilon}
            aria-valuetext={[
              epsilonText(epsilon, domain, ruler.scale.power),
              `J ${formatNumber(epsilon)}`,
              ...flags,
            ].join('; ')}
            aria-disabled={!onEpsilon}
            disabled={!onEpsilon}
            onKeyDown={key}
          />
        )}
      </div>
    </div>
  );
}

/** Arrow keys move ε by a tenth of a decade, with shift by a hundredth; page keys by a decade. */
function keyFactor(key: string, fine: boolean): number | undefined {
  const step = fine ? 10 ** 0.01 : 10 ** 0.1;
  if (key === 'ArrowRight' || key === 'ArrowUp') return step;
  if (key === 'ArrowLeft' || key === 'ArrowDown') return 1 / step;
  if (key === 'PageUp') return 10;
  if (key === 'PageDown') return 0.1;
  return undefined;
}
