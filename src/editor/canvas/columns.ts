/** Columns of node ids: found from where a layout put the nodes, and folded where there is too little width. Pure. */

/** Nodes by the middle of where they were put: from left to right, each column from top to bottom. */
export function columnsOf(
  nodes: readonly { readonly id: string; readonly x: number; readonly y: number }[],
): string[][] {
  const byX = new Map<number, { id: string; y: number }[]>();
  for (const { id, x, y } of nodes) {
    const key = Math.round(x);
    byX.set(key, [...(byX.get(key) ?? []), { id, y }]);
  }
  return [...byX].sort(([a], [b]) => a - b).map(([, column]) => column.sort((a, b) => a.y - b.y).map(({ id }) => id));
}

/**
 * Every way to put one column into its left neighbour. A node goes right below what it takes its values from, where that is in
 * the neighbour, so that a chain reads downwards.
 */
export function folded(
  columns: readonly (readonly string[])[],
  sources: ReadonlyMap<string, readonly string[]>,
): string[][][] {
  return columns.slice(1).map((right, index) => {
    const left = columns[index]!;
    const below = new Map(right.map((id) => [id, left.findLast((other) => sources.get(id)?.includes(other))] as const));
    const merged = left.flatMap((id) => [id, ...right.filter((other) => below.get(other) === id)]);
    const rest = right.filter((id) => below.get(id) === undefined);
    return [...columns.slice(0, index), [...merged, ...rest], ...columns.slice(index + 2)].map((column) => [...column]);
  });
}
