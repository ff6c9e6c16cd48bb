/** What each frame took, kept by the decoder for inspection: of every long band, and of all that is not lines. */
import { allocate } from '../../wasm/kernel/arena'
import { edge, isShort, PART_ENVELOPE, PART_LINES, PART_STEREO, PARTS, Segment, WINDOWS } from './segment'

/** The segment's counts (f64) as they were before the frame at hand. */
const before: usize = memory.data(PARTS * 8, 16)

/** Makes room for the ledger of a segment. */
export function openLedger(segment: Segment): void {
  segment.sideBits = allocate(<usize>segment.frames << 2)
  segment.bandBits = allocate(<usize>(segment.frames * segment.long.count) << 2)
}

/** To be called before a frame is coded. */
export function beforeFrame(segment: Segment): void {
  memory.copy(before, segment.bits, <usize>PARTS << 3)
}

// @ts-ignore: decorator
@inline
function spent(segment: Segment, part: i32): f64 {
  const at = (<usize>part) << 3
  return load<f64>(segment.bits + at) - load<f64>(before + at)
}

/** Enters what frame t took, once it is coded. */
export function enterFrame(segment: Segment, t: i32): void {
  const count = segment.long.count
  const row = segment.bandBits + (<usize>(t * count) << 2)
  store<f32>(segment.sideBits + (<usize>t << 2), <f32>(spent(segment, PART_STEREO) + spent(segment, PART_ENVELOPE)))
  if (!isShort(segment, t)) {
    for (let b = 0; b < count; b++) store<f32>(row + (<usize>b << 2), <f32>spent(segment, PART_LINES + b))
    return
  }
  // bits of a short band are counted to the long one at its middle: they are spread over all long bands that it reaches into
  memory.fill(row, 0, <usize>count << 2)
  const bands = segment.short
  for (let from = 0; from < bands.count; ) {
    const part = <i32>load<u8>(bands.elsewhere + <usize>from)
    let behind = from + 1
    while (behind < bands.count && <i32>load<u8>(bands.elsewhere + <usize>behind) == part) behind++
    const first = edge(bands, from) * WINDOWS
    const last = edge(bands, behind) * WINDOWS
    const perLine = <f32>(spent(segment, PART_LINES + part) / <f64>(last - first))
    for (let b = 0; b < count; b++) {
      const lines = min(last, edge(segment.long, b + 1)) - max(first, edge(segment.long, b))
      const at = row + (<usize>b << 2)
      if (lines > 0) store<f32>(at, load<f32>(at) + perLine * <f32>lines)
    }
    from = behind
  }
}
