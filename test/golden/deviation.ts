/** How far a computed Field is from an authors' recorded grid. Pure, for tests in Node and in the browser. */

/** A recorded grid in our order of the lattice: axis k of the recording is the coefficient of basis vector m − 1 − k. */
function inOurOrder(loss: ArrayLike<number>, shape: readonly number[]): Float64Array {
  const n = shape[0]!;
  const reversed = (index: number): number => {
    let rest = index;
    let to = 0;
    for (let k = 0; k < shape.length; k++) {
      to = to * n + (rest % n);
      rest = Math.floor(rest / n);
    }
    return to;
  };
  return Float64Array.from(loss, (_, index) => loss[reversed(index)]!);
}

/** The largest |ours − recorded| over 10⁻⁴ · recorded + 10⁻⁹; at most 1 where they agree. */
export function deviation(ours: ArrayLike<number>, loss: ArrayLike<number>, shape: readonly number[]): number {
  if (ours.length !== loss.length) return Number.POSITIVE_INFINITY;
  return inOurOrder(loss, shape).reduce((worst, recorded, i) => {
    const ratio = Math.abs(ours[i]! - recorded) / (1e-4 * recorded + 1e-9);
    return ratio > worst || Number.isNaN(ratio) ? ratio : worst;
  }, 0);
}
