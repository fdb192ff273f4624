/** WGSL that kernels share which sum over the inputs of a batch. */
import { WORKGROUP } from '../gpu-frame.js';

/** `live(column)`: which four of a column are inputs, not what fills it up. */
export const LIVE = `
fn live(column: u32) -> vec4<bool> {
  return 4u * column + vec4<u32>(0u, 1u, 2u, 3u) < vec4<u32>(job.count);
}`;

const EIGHTH = WORKGROUP / 8;

/** `sumOver(t, s)`: the sum of `s` over the threads of a workgroup, in an order that is always the same; all of them must call it. */
export const SUM_OVER = `
var<workgroup> each: array<f32, ${WORKGROUP}>;
var<workgroup> some: array<f32, ${EIGHTH}>;
fn sumOver(t: u32, s: f32) -> f32 {
  each[t] = s;
  workgroupBarrier();
  if (t < ${EIGHTH}u) {
    var part = 0.0;
    for (var i = 0u; i < 8u; i++) { part += each[t * 8u + i]; }
    some[t] = part;
  }
  workgroupBarrier();
  var sum = 0.0;
  for (var i = 0u; i < ${EIGHTH}u; i++) { sum += some[i]; }
  return sum;
}`;
