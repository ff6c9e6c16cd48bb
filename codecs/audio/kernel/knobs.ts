const table: usize = memory.data(64 * 8, 16)
let set: u64 = 0
export function setTuning(i: i32, value: f64): void {
  store<f64>(table + ((<usize>i) << 3), value)
  set |= <u64>1 << <u64>i
}
// @ts-ignore: decorator
@inline
export function knob(i: i32, value: f64): f64 {
  return (set >> <u64>i) & 1 ? load<f64>(table + ((<usize>i) << 3)) : value
}
