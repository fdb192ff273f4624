import type { Readout } from '../../plot/readout.js';

/** Heights in px as plots.css has them: of a line, and of padding and border. */
const LINE = 17;
const FRAME = 12;

/** The box beside the pointer: the member's coordinates and J. It stays inside the plot. */
export function ReadoutBox({ readout, width, height }: { readout: Readout; width: number; height: number }) {
  const left = readout.x > width / 2;
  const tall = readout.lines.length * LINE + FRAME;
  const wish = readout.y > height / 2 ? readout.y - tall - 8 : readout.y + 8;
  const top = Math.max(0, Math.min(wish, height - tall));
  const rows = readout.lines.map(([name, text]) => ({ name, text, key: `${name} ${text}` }));
  return (
    <>
      <span className="plot-ring" style={{ left: readout.x, top: readout.y }} />
      <dl
        className="plot-readout"
        style={{
          ...(left ? { right: width - readout.x + 12 } : { left: readout.x + 12 }),
          top,
        }}
      >
        {rows.map(({ name, text, key }) =>
          name === '' ? (
            <div key={key}>
              <dt>{text}</dt>
            </div>
          ) : (
            <div key={key}>
              <dt>{name}</dt>
              <dd>{text}</dd>
            </div>
          ),
        )}
      </dl>
    </>
  );
}
