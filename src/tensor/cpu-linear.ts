/**
 * Weighted sums of rows and their derivatives: the inner loops of the plain JavaScript route. Rows have `n` numbers, n a
 * multiple of four (pad with zero columns), so that sums of four columns and two units stay in registers.
 */
import type { LinearStep } from './cpu-steps.js';

const TILE = 512; // taps of a receptive field at once, where it is large: rows of four columns lie together in the cache

/** out[o, p, :] = bias[o] + Σ_k weight[o, k] · x[first[p] + tap[k], :] of the units from `start` to `end`. */
export function linearForward(
  step: LinearStep,
  theta: Float64Array,
  x: Float64Array,
  out: Float64Array,
  n: number,
  start = 0,
  end = step.units,
): void {
  const { first, taps, weight, bias } = step;
  if (taps.length > TILE && end - start > 8) {
    tiledForward(step, theta, x, out, n, start, end);
    return;
  }
  const positions = first.length;
  const K = taps.length;
  for (let p = 0; p < positions; p++) {
    const base = first[p]!;
    for (let o = start; o < end; o += 2) {
      const two = o + 1 < end;
      const w0 = weight + o * K;
      const w1 = two ? w0 + K : w0;
      const b0 = bias < 0 ? 0 : theta[bias + o]!;
      const b1 = bias < 0 || !two ? b0 : theta[bias + o + 1]!;
      const out0 = (o * positions + p) * n;
      const out1 = out0 + positions * n;
      for (let i = 0; i < n; i += 4) {
        let s0 = b0;
        let s1 = b0;
        let s2 = b0;
        let s3 = b0;
        let t0 = b1;
        let t1 = b1;
        let t2 = b1;
        let t3 = b1;
        for (let k = 0; k < K; k++) {
          const at = (base + taps[k]!) * n + i;
          const u = theta[w0 + k]!;
          const v = theta[w1 + k]!;
          const x0 = x[at]!;
          const x1 = x[at + 1]!;
          const x2 = x[at + 2]!;
          const x3 = x[at + 3]!;
          s0 += u * x0;
          s1 += u * x1;
          s2 += u * x2;
          s3 += u * x3;
          t0 += v * x0;
          t1 += v * x1;
          t2 += v * x2;
          t3 += v * x3;
        }
        out[out0 + i] = s0;
        out[out0 + i + 1] = s1;
        out[out0 + i + 2] = s2;
        out[out0 + i + 3] = s3;
        if (two) {
          out[out1 + i] = t0;
          out[out1 + i + 1] = t1;
          out[out1 + i + 2] = t2;
          out[out1 + i + 3] = t3;
        }
      }
    }
  }
}

/** The same sums in the same order, over tiles of taps whose rows are brought together first. */
function tiledForward(
  { first, taps, weight, bias }: LinearStep,
  theta: Float64Array,
  x: Float64Array,
  out: Float64Array,
  n: number,
  start: number,
  end: number,
): void {
  const positions = first.length;
  const K = taps.length;
  const tile = new Float64Array(TILE * n); // [n / 4][taps][4]
  for (let p = 0; p < positions; p++) {
    const base = first[p]!;
    for (let o = start; o < end; o++) {
      const at = (o * positions + p) * n;
      out.fill(bias < 0 ? 0 : theta[bias + o]!, at, at + n);
    }
    for (let k0 = 0; k0 < K; k0 += TILE) {
      const size = Math.min(TILE, K - k0);
      for (let k = 0; k < size; k++) {
        const row = (base + taps[k0 + k]!) * n;
        for (let i = 0; i < n; i++) tile[((i >> 2) * size + k) * 4 + (i & 3)] = x[row + i]!;
      }
      for (let o = start; o < end; o += 2) {
        const two = o + 1 < end;
        const w0 = weight + o * K + k0;
        const w1 = two ? w0 + K : w0;
        const out0 = (o * positions + p) * n;
        const out1 = two ? out0 + positions * n : out0;
        for (let i = 0; i < n; i += 4) {
          let s0 = out[out0 + i]!;
          let s1 = out[out0 + i + 1]!;
          let s2 = out[out0 + i + 2]!;
          let s3 = out[out0 + i + 3]!;
          let t0 = out[out1 + i]!;
          let t1 = out[out1 + i + 1]!;
          let t2 = out[out1 + i + 2]!;
          let t3 = out[out1 + i + 3]!;
          let at = i * size;
          for (let k = 0; k < size; k++, at += 4) {
            const u = theta[w0 + k]!;
            const v = theta[w1 + k]!;
            const x0 = tile[at]!;
            const x1 = tile[at + 1]!;
            const x2 = tile[at + 2]!;
            const x3 = tile[at + 3]!;
            s0 += u * x0;
            s1 += u * x1;
            s2 += u * x2;
            s3 += u * x3;
            t0 += v * x0;
            t1 += v * x1;
            t2 += v * x2;
            t3 += v * x3;
          }
          out[out0 + i] = s0;
          out[out0 + i + 1] = s1;
          out[out0 + i + 2] = s2;
          out[out0 + i + 3] = s3;
          if (!two) continue;
          out[out1 + i] = t0;
          out[out1 + i + 1] = t1;
          out[out1 + i + 2] = t2;
          out[out1 + i + 3] = t3;
        }
      }
    }
  }
}

/** Adds ∂/∂θ of the step to `gradient`: bias Σ dz, weight Σ_p Σ_n dz[o, p, n] · x[first[p] + tap[k], n], of the units from `start` to `end`. */
export function linearGradient(
  step: LinearStep,
  x: Float64Array,
  dz: Float64Array,
  gradient: Float64Array,
  n: number,
  start = 0,
  end = step.units,
): void {
  const { first, taps, weight, bias } = step;
  const positions = first.length;
  const K = taps.length;
  for (let p = 0; p < positions; p++) {
    const base = first[p]!;
    for (let o = start; o < end; o++) {
      const row = (o * positions + p) * n;
      if (bias >= 0) {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += dz[row + i]!;
        gradient[bias + o]! += sum;
      }
      const w = weight + o * K;
      let k = 0;
      for (; k + 3 < K; k += 4) {
        const a = (base + taps[k]!) * n;
        const b = (base + taps[k + 1]!) * n;
        const c = (base + taps[k + 2]!) * n;
        const d = (base + taps[k + 3]!) * n;
        let s0 = 0;
        let s1 = 0;
        let s2 = 0;
        let s3 = 0;
        for (let i = 0; i < n; i++) {
          const g = dz[row + i]!;
          s0 += g * x[a + i]!;
          s1 += g * x[b + i]!;
          s2 += g * x[c + i]!;
          s3 += g * x[d + i]!;
        }
        gradient[w + k]! += s0;
        gradient[w + k + 1]! += s1;
        gradient[w + k + 2]! += s2;
        gradient[w + k + 3]! += s3;
      }
      for (; k < K; k++) {
        const a = (base + taps[k]!) * n;
        let sum = 0;
        for (let i = 0; i < n; i++) sum += dz[row + i]! * x[a + i]!;
        gradient[w + k]! += sum;
      }
    }
  }
}

/** dx[first[p] + tap[k], :] += Σ_o weight[o, k] · dz[o, p, :] of the taps from `start` to `end`; `dx` must be cleared before. */
export function linearBackward(
  step: LinearStep,
  theta: Float64Array,
  dz: Float64Array,
  dx: Float64Array,
  n: number,
  start = 0,
  end = step.taps.length,
): void {
  const { units, first, taps, weight } = step;
  const positions = first.length;
  const K = taps.length;
  for (let p = 0; p < positions; p++) {
    const base = first[p]!;
    for (let k = start; k < end; k++) {
      const at = (base + taps[k]!) * n;
      let o = 0;
      for (; o + 3 < units; o += 4) {
        const u0 = theta[weight + o * K + k]!;
        const u1 = theta[weight + (o + 1) * K + k]!;
        const u2 = theta[weight + (o + 2) * K + k]!;
        const u3 = theta[weight + (o + 3) * K + k]!;
        const r0 = (o * positions + p) * n;
        const r1 = r0 + positions * n;
        const r2 = r1 + positions * n;
        const r3 = r2 + positions * n;
        for (let i = 0; i < n; i++)
          dx[at + i]! += u0 * dz[r0 + i]! + u1 * dz[r1 + i]! + u2 * dz[r2 + i]! + u3 * dz[r3 + i]!;
      }
      for (; o < units; o++) {
        const u = theta[weight + o * K + k]!;
        const r = (o * positions + p) * n;
        for (let i = 0; i < n; i++) dx[at + i]! += u * dz[r + i]!;
      }
    }
  }
}
