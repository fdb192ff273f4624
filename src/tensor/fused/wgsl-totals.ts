/**
 * Adds block sums to running totals on the device: float64 addition as IEEE 754 defines it (to nearest, ties to even), in integers
 * since WGSL has no float64, so that a total has the bits that the host would have got and 16 bytes per member are read
 * instead of 8 per member and block. Compilers cannot reorder it as they may reorder float32 arithmetic.
 */
import { jobStruct } from './wgsl-shape.js';

/** Threads of a workgroup; a thread has one member. */
export const TOTALS_WORKGROUP = 64;

/** The shader. Bindings: 0 totals after [member] × (loss, power), each low and high half of a float64; 1 sums [block][member]; 2 totals before. */
export const TOTALS_WGSL = `
@group(0) @binding(0) var<storage, read_write> after: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read> sums: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read> before: array<vec4<u32>>;
${jobStruct(2, ['count', 'blocks'])}

// numbers of 64 bits are (low, high); a mantissa of 53 bits stands at bits 10 to 62
fn shifted_right(a: vec2<u32>, by: u32) -> vec2<u32> { // the last bit tells whether ones were lost
  if (by == 0u) { return a; }
  if (by >= 64u) { return vec2<u32>(select(0u, 1u, (a.x | a.y) != 0u), 0u); }
  var lost = a.x;
  var moved = vec2<u32>(a.y, 0u);
  if (by < 32u) {
    lost = a.x << (32u - by);
    moved = vec2<u32>((a.x >> by) | (a.y << (32u - by)), a.y >> by);
  } else if (by > 32u) {
    lost = a.x | (a.y << (64u - by));
    moved = vec2<u32>(a.y >> (by - 32u), 0u);
  }
  return vec2<u32>(moved.x | select(0u, 1u, lost != 0u), moved.y);
}

fn shifted_left(a: vec2<u32>, by: u32) -> vec2<u32> {
  if (by == 0u) { return a; }
  if (by >= 32u) { return vec2<u32>(0u, a.x << (by - 32u)); }
  return vec2<u32>(a.x << by, (a.y << by) | (a.x >> (32u - by)));
}

fn less(a: vec2<u32>, b: vec2<u32>) -> bool {
  return a.y < b.y || (a.y == b.y && a.x < b.x);
}

fn plus(total: vec2<u32>, bits: u32) -> vec2<u32> {
  if ((bits & 0x7fffffffu) == 0u) { return total; }
  var sign = bits >> 31u;
  var exponent = (bits >> 23u) & 0xffu;
  var digits = bits & 0x7fffffu;
  let totalSign = total.y >> 31u;
  let totalExponent = (total.y >> 20u) & 0x7ffu;
  let totalDigits = total.y & 0xfffffu;
  if (exponent == 0xffu || totalExponent == 0x7ffu) { // infinite or NaN
    let nan = (exponent == 0xffu && digits != 0u) || (totalExponent == 0x7ffu && (totalDigits | total.x) != 0u)
      || (exponent == 0xffu && totalExponent == 0x7ffu && sign != totalSign);
    if (nan) { return vec2<u32>(0u, 0x7ff80000u); }
    return vec2<u32>(0u, (select(totalSign, sign, exponent == 0xffu) << 31u) | 0x7ff00000u);
  }
  if (exponent == 0u) { // a float32 below the normal ones is a normal float64
    let zeros = countLeadingZeros(digits) - 8u;
    digits = digits << zeros;
    exponent = 897u - zeros;
  } else {
    digits |= 0x800000u;
    exponent += 896u;
  }
  if (totalExponent == 0u) { return vec2<u32>(digits << 29u, (sign << 31u) | (exponent << 20u) | ((digits & 0x7fffffu) >> 3u)); }
  var large = shifted_left(vec2<u32>(total.x, totalDigits | 0x100000u), 10u);
  var small = vec2<u32>(0u, digits << 7u);
  let swap = exponent > totalExponent || (exponent == totalExponent && less(large, small));
  if (swap) { let other = large; large = small; small = other; }
  small = shifted_right(small, select(totalExponent - exponent, exponent - totalExponent, swap));
  var scale = select(totalExponent, exponent, swap);
  var result: vec2<u32>;
  if (sign == totalSign) {
    let low = large.x + small.x;
    result = vec2<u32>(low, large.y + small.y + select(0u, 1u, low < small.x));
  } else {
    result = vec2<u32>(large.x - small.x, large.y - small.y - select(0u, 1u, large.x < small.x));
    if ((result.x | result.y) == 0u) { return result; }
  }
  if (result.y >= 0x80000000u) {
    result = shifted_right(result, 1u);
    scale++;
  } else {
    let zeros = select(countLeadingZeros(result.y), 32u + countLeadingZeros(result.x), result.y == 0u) - 1u;
    result = shifted_left(result, zeros);
    scale -= zeros;
  }
  let rest = result.x & 0x3ffu;
  if (rest > 0x200u || (rest == 0x200u && (result.x & 0x400u) != 0u)) {
    let low = result.x + 0x400u;
    result = vec2<u32>(low, result.y + select(0u, 1u, low < 0x400u));
    if (result.y >= 0x80000000u) {
      result = shifted_right(result, 1u);
      scale++;
    }
  }
  let high = (select(totalSign, sign, swap) << 31u) | (scale << 20u) | ((result.y >> 10u) & 0xfffffu);
  return vec2<u32>((result.x >> 10u) | (result.y << 22u), high);
}

@compute @workgroup_size(${TOTALS_WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let member = id.x;
  if (member >= job.count) { return; }
  var loss = before[member].xy;
  var power = before[member].zw;
  for (var block = 0u; block < job.blocks; block++) {
    let sum = sums[block * job.count + member];
    loss = plus(loss, sum.x);
    power = plus(power, sum.y);
  }
  after[member] = vec4<u32>(loss, power);
}
`;
