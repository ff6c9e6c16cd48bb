/**
 * Which blocks a frame is cut into: an encoder's decision, nothing normative.
 *
 * Each node of the tree is priced by the bits that its lines would take, log2(1 + (x / step)^2) / 2 each, and a node is split where its
 * halves are cheaper. The step of a band follows what the band hides over the time of the node: the loudness of its moments, each the
 * spectrum of one smallest block, forward masking included. Where it changes within the node the quiet moments rule, as noise of a block
 * spreads over all of it; so that attacks are cut out and steady sound is kept whole, by one rule.
 *
 * Only samples of the frame and M before it are looked at, so that segments agree about the frames that they share.
 */
import { forwardMdct } from '../../../transform/kernel/mdct'
import { allocate, mark, release } from '../../../wasm/kernel/arena'
import { MAX_BANDS } from './bands'
import { Bands, bandsOf, CLASSES, edge, MAX_BLOCKS, relate, Segment } from './segment'
import { addBlock } from './tiling'

/** Exponent of the squared step over energy: that of the steps, 39/64 by default. */
const ALPHA: f64 = 0.6
/** Squared step of a band of energy 1 per line, about that of 64 kb/s. */
const SCALE: f64 = 25
/** Bits that a block costs beside its lines, per channel, and what keeps sound whole that gains next to nothing by cuts. */
const BLOCK_BITS: f64 = 45
/** What of a moment's energy still masks in the next. */
const FORWARD: f64 = 0.5
/** Moments before the frame from which masking is followed. */
const MOMENTS_BEFORE: i32 = 4

/** Reciprocal energy per line: MAX_BLOCKS moments x bands of the smallest class, f64. */
const moments: usize = memory.data(16 * 96 * 8, 16)
/** Cost of each node of the tree, heap order: node 1 is the frame. */
const costs: usize = memory.data(32 * 8, 16)
const squares: usize = memory.data(96 * 8, 16)
const map: usize = memory.data(128, 16)

/** Chooses the tiling of one frame, whose first sample (of channel 0) is at `samples`; f32, `stride` per channel. */
export function chooseTiling(segment: Segment, samples: usize, stride: i32, tiling: usize): void {
  const top = mark()
  const lines = allocate((<usize>segment.lines) << 2)
  memory.fill(costs, 0, 32 * 8)
  for (let c = 0; c < segment.channels; c++) addCosts(segment, samples + ((<usize>(c * stride)) << 2), lines)
  release(top)
  store<u8>(tiling, 0)
  decide(1, 0)
  place(1, 0, tiling)
}

function addCosts(segment: Segment, samples: usize, lines: usize): void {
  const small = bandsOf(segment, CLASSES - 1)
  const middle = samples + ((<usize>(segment.lines >> 1)) << 2)
  // the moments are the blocks of the smallest class
  relate(small, small, map)
  for (let i = -MOMENTS_BEFORE; i < MAX_BLOCKS; i++) {
    transform(small, middle, i, lines)
    addMoment(small, i, lines)
    if (i < 0) continue
    fillSquares(small, i, 1)
    addCost(MAX_BLOCKS + i, small, lines)
  }
  for (let s = 0; s < CLASSES - 1; s++) {
    const bands = bandsOf(segment, s)
    relate(bands, small, map)
    for (let i = 0; i < 1 << s; i++) {
      transform(bands, middle, i, lines)
      fillSquares(small, i * (MAX_BLOCKS >> s), MAX_BLOCKS >> s)
      addCost((1 << s) + i, bands, lines)
    }
  }
}

function addCost(node: i32, bands: Bands, lines: usize): void {
  const at = costs + ((<usize>node) << 3)
  store<f64>(at, load<f64>(at) + BLOCK_BITS + costOf(bands, lines))
}

/** Lines of block i of its class in a frame whose middle starts at `middle`. */
function transform(bands: Bands, middle: usize, i: i32, out: usize): void {
  const n = bands.lines
  forwardMdct(bands.mdct, middle + ((<usize>(i * n - (n >> 1))) << 2), bands.slope, n, bands.slope, n, out)
}

/** Reciprocal energies of moment i, with what masks on from the one before; those before the frame stand in the first row. */
function addMoment(small: Bands, i: i32, lines: usize): void {
  const row = moments + ((<usize>(max(0, i) * MAX_BANDS)) << 3)
  const before = moments + ((<usize>(max(0, i - 1) * MAX_BANDS)) << 3)
  for (let b = 0; b < small.count; b++) {
    let energy: f64 = 0
    for (let k = edge(small, b); k < edge(small, b + 1); k++) {
      const x = <f64>load<f32>(lines + ((<usize>k) << 2))
      energy += x * x
    }
    const at = (<usize>b) << 3
    const reciprocal = 1 / (energy / <f64>(edge(small, b + 1) - edge(small, b)) + 1)
    store<f64>(row + at, i > -MOMENTS_BEFORE ? min(reciprocal, load<f64>(before + at) / FORWARD) : reciprocal)
  }
}

/** Reciprocal of the squared step of each band, from the harmonic mean of energies over `count` moments. */
function fillSquares(small: Bands, first: i32, count: i32): void {
  for (let b = 0; b < small.count; b++) {
    let sum: f64 = 0
    for (let i = first; i < first + count; i++) sum += load<f64>(moments + ((<usize>(i * MAX_BANDS + b)) << 3))
    store<f64>(squares + ((<usize>b) << 3), Math.pow(sum / <f64>count, ALPHA) / SCALE)
  }
}

/** Bits of lines: the exponent of a running product spares logarithms. */
function costOf(bands: Bands, lines: usize): f64 {
  let bits: f64 = 0
  for (let b = 0; b < bands.count; b++) {
    const inverse = load<f64>(squares + ((<usize>load<u8>(map + <usize>b)) << 3))
    let product: f64 = 1
    for (let k = edge(bands, b); k < edge(bands, b + 1); k++) {
      const x = <f64>load<f32>(lines + ((<usize>k) << 2))
      product *= 1 + x * x * inverse
      if (product > 1e200) {
        bits += Math.log2(product)
        product = 1
      }
    }
    bits += Math.log2(product)
  }
  return bits * 0.5
}

/** Least cost of a node, whose own stays in `costs` if it is kept whole, else becomes minus that of its halves. */
function decide(node: i32, depth: i32): f64 {
  const at = costs + ((<usize>node) << 3)
  const whole = load<f64>(at)
  if (depth == CLASSES - 1) return whole
  const halves = decide(2 * node, depth + 1) + decide(2 * node + 1, depth + 1)
  if (halves >= whole) return whole
  store<f64>(at, -1)
  return halves
}

function place(node: i32, depth: i32, tiling: usize): void {
  // costs that are no numbers, of samples that are none, end at the smallest blocks
  if (depth == CLASSES - 1 || load<f64>(costs + ((<usize>node) << 3)) >= 0) {
    addBlock(tiling, depth)
    return
  }
  place(2 * node, depth + 1, tiling)
  place(2 * node + 1, depth + 1, tiling)
}
