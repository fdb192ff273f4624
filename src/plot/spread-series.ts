/** What is around a mean as ECharts series: error bars, bands, and the single runs as dots. */
import type { Curve } from '../catalog/values.js';
import type { AxisSpan } from './chart-frame.js';

/** How ECharts asks a custom series to draw. */
interface Coordinates {
  coord(at: readonly number[]): readonly [number, number];
}

const CAP = 3.5; // half the length in px of the stroke at the end of an error bar

/** The spread and the runs of one line: error bars at places, a band over a quantity; below the lines themselves. */
export function spreadSeries(
  line: Curve['lines'][number],
  colour: string,
  xOf: (i: number) => number,
  heightOf: (value: number) => number,
  y: AxisSpan,
  atPlaces: boolean,
): object[] {
  const { spread, samples = [] } = line;
  const base = { silent: true, clip: true, z: 1 };
  const dots = samples.flatMap((sample) => [...sample].map((value, i) => [xOf(i), heightOf(value)]));
  const ends = spread ? [...line.y].map((value, i) => endsOf(value, spread[i] ?? 0, xOf(i), heightOf, y)) : [];
  const known = ends.filter((end) => end !== undefined);
  return [
    ...(dots.length > 0
      ? [
          {
            ...{ ...base, type: 'scatter', symbol: 'circle', symbolSize: 4.5, data: dots },
            itemStyle: { color: colour, opacity: 0.38 },
          },
        ]
      : []),
    ...(known.length === 0
      ? []
      : atPlaces
        ? [
            {
              ...base,
              type: 'custom',
              data: known.map(({ x, low, high }) => [x, low, high]),
              renderItem: bar(colour, known),
            },
          ]
        : bandsOf(ends).map((band) => ({
            ...{ ...base, type: 'custom', data: [[band[0]!.x, band[0]!.low]] },
            renderItem: (_: unknown, { coord }: Coordinates) => ({
              type: 'polygon',
              silent: true,
              shape: {
                points: [
                  ...band.map(({ x, high }) => coord([x, high])),
                  ...band.toReversed().map(({ x, low }) => coord([x, low])),
                ],
              },
              style: { fill: colour, opacity: 0.16 },
            }),
          }))),
  ];
}

interface Ends {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

function endsOf(
  value: number,
  spread: number,
  x: number,
  heightOf: (value: number) => number,
  y: AxisSpan,
): Ends | undefined {
  const high = heightOf(value + spread);
  if (!Number.isFinite(value) || !(spread >= 0) || !Number.isFinite(high)) return undefined;
  const low = heightOf(value - spread);
  return { x, low: Number.isNaN(low) ? y.low : low, high }; // below a logarithmic axis
}

/** An error bar: a stroke with a cap at each end. */
function bar(stroke: string, ends: readonly Ends[]) {
  return ({ dataIndex }: { readonly dataIndex: number }, { coord }: Coordinates) => {
    const { x, low, high } = ends[dataIndex]!;
    const [px, bottom] = coord([x, low]);
    const [, top] = coord([x, high]);
    const stroked = (points: number[][]) => ({
      ...{ type: 'polyline', silent: true, shape: { points } },
      style: { stroke, lineWidth: 1.3, fill: 'none' },
    });
    const across = (py: number): number[][] => [
      [px - CAP, py],
      [px + CAP, py],
    ];
    return {
      type: 'group',
      children: [
        stroked([
          [px, bottom],
          [px, top],
        ]),
        stroked(across(bottom)),
        stroked(across(top)),
      ],
    };
  };
}

/** The parts of a band between gaps. */
function bandsOf(ends: readonly (Ends | undefined)[]): Ends[][] {
  const bands: Ends[][] = [[]];
  for (const end of ends) {
    if (end) bands.at(-1)!.push(end);
    else if (bands.at(-1)!.length > 0) bands.push([]);
  }
  return bands.filter((band) => band.length > 1);
}
