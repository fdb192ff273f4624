import { colourBarShapes } from '../../plot/colour-bar.js';
import type { JRange } from '../../plot/range.js';
import { shapesToSvg } from '../../plot/shapes.js';
import { type ThemeName, themeOf } from '../../plot/theme.js';
import { useSize } from './use-size.js';
import './plots.css';

/** One colour bar for several plots that share a range. Fills the height of its parent. */
export function ColourBar({ range, theme }: { readonly range: JRange; readonly theme: ThemeName }) {
  const [box, size] = useSize<HTMLDivElement>();
  const height = size?.height ?? 200;
  const colours = themeOf(theme);
  const { width } = colourBarShapes(undefined, colours, range, 0, 0, height);
  const { shapes } = colourBarShapes(undefined, colours, range, width - 8, 0, height);
  return (
    <div ref={box} className="colour-bar" style={{ width }}>
      <svg
        width={width}
        height={height}
        role="img"
        aria-label="Colour scale of J"
        // biome-ignore lint/security/noDangerouslySetInnerHtml: our own shapes; every text in them is escaped
        dangerouslySetInnerHTML={{ __html: shapesToSvg(shapes, colours.font, 'shared-ramp') }}
      />
    </div>
  );
}
