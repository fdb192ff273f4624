import type { Readout } from '../../plot/readout.js';

/** The box beside the pointer: the member's coordinates and J. It stays inside the plot. */
export function ReadoutBox({ readout, width, height }: { readout: Readout; width: number; height: number }) {
  const left = readout.x > width / 2;
  const above = readout.y > height / 2;
  const rows = readout.lines.map(([name, text]) => ({ name, text, key: `${name} ${text}` }));
  return (
    <>
      <span className="plot-ring" style={{ left: readout.x, top: readout.y }} />
      <dl
        className="plot-readout"
        style={{
          ...(left ? { right: width - readout.x + 12 } : { left: readout.x + 12 }),
          ...(above ? { bottom: height - readout.y + 8 } : { top: readout.y + 8 }),
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
