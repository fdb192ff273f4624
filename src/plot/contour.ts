/** Contour lines of J on a 2-D lattice by marching squares with linear interpolation, joined into polylines. */

/** A polyline in lattice units: x, y, x, y, … with x along axis 0 and y along axis 1. A closed line repeats its first point. */
export type Polyline = readonly number[];

/**
 * The lines where `values` [n0, n1] (last axis fastest) cross `level`. A saddle is resolved by the mean of its four
 * corners; cells with a value that is not finite are left out. Each point lies on a lattice edge, so neighbouring cells meet exactly.
 */
export function contourLines(values: ArrayLike<number>, n0: number, n1: number, level: number): Polyline[] {
  // An edge is named by its lower corner and direction (0 along axis 0, 1 along axis 1).
  const points = new Map<number, readonly [number, number]>();
  const links = new Map<number, number[]>();
  const at = (i: number, j: number): number => values[i * n1 + j]!;
  const edge = (i: number, j: number, along: 0 | 1): number => {
    const key = 2 * (i * n1 + j) + along;
    if (!points.has(key)) {
      const a = at(i, j);
      const t = (level - a) / ((along === 0 ? at(i + 1, j) : at(i, j + 1)) - a);
      points.set(key, along === 0 ? [i + t, j] : [i, j + t]);
    }
    return key;
  };
  const link = (a: number, b: number): void => {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const list = links.get(from);
      if (list) list.push(to);
      else links.set(from, [to]);
    }
  };

  for (let i = 0; i + 1 < n0; i++) {
    for (let j = 0; j + 1 < n1; j++) {
      const a = at(i, j);
      const b = at(i + 1, j);
      const c = at(i + 1, j + 1);
      const d = at(i, j + 1);
      if (!Number.isFinite(a + b + c + d)) continue;
      const inside = [a < level, b < level, c < level, d < level] as const;
      const code = (inside[0] ? 1 : 0) | (inside[1] ? 2 : 0) | (inside[2] ? 4 : 0) | (inside[3] ? 8 : 0);
      if (code === 0 || code === 15) continue;
      const crossed: number[] = []; // edges ab, bc, cd, da in turn
      if (inside[0] !== inside[1]) crossed.push(edge(i, j, 0));
      if (inside[1] !== inside[2]) crossed.push(edge(i + 1, j, 1));
      if (inside[2] !== inside[3]) crossed.push(edge(i, j + 1, 0));
      if (inside[3] !== inside[0]) crossed.push(edge(i, j, 1));
      if (crossed.length === 2) link(crossed[0]!, crossed[1]!);
      else {
        // Both diagonals cross: ab–bc and cd–da cut off b and d; ab–da and bc–cd cut off a and c.
        const joinedDiagonal = (a + b + c + d) / 4 < level === inside[0];
        if (joinedDiagonal) {
          link(crossed[0]!, crossed[1]!);
          link(crossed[2]!, crossed[3]!);
        } else {
          link(crossed[0]!, crossed[3]!);
          link(crossed[1]!, crossed[2]!);
        }
      }
    }
  }

  const lines: Polyline[] = [];
  const left = new Map([...links].map(([key, list]) => [key, [...list]]));
  const take = (from: number): number | undefined => {
    const to = left.get(from)?.pop();
    if (to === undefined) return undefined;
    const back = left.get(to)!;
    back.splice(back.indexOf(from), 1);
    return to;
  };
  const walk = (start: number): void => {
    const line: number[] = [...points.get(start)!];
    for (let next = take(start); next !== undefined; next = take(next)) line.push(...points.get(next)!);
    if (line.length > 2) lines.push(line);
  };
  for (const [key, list] of links) if (list.length === 1 && left.get(key)!.length === 1) walk(key); // open lines from an end
  for (const key of links.keys()) if (left.get(key)!.length > 0) walk(key);
  return lines;
}
