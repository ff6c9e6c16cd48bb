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
import { mark, release } from '../../../wasm/kernel/arena'
import { allocateRow, Row } from '../../../wasm/kernel/row'
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

/** Reciprocal energy per line: MAX_BLOCKS moments x bands of the smallest class. */
const moments = changetype<Row<f64>>(memory.data(16 * 96 * 8, 16))
/** Cost of each node of the tree, heap order: node 1 is the frame. */
const NODES: i32 = 32
const costs = changetype<Row<f64>>(memory.data(NODES * 8, 16))
/** Reciprocal of the squared step of each band of the smallest class. */
const squares = changetype<Row<f64>>(memory.data(96 * 8, 16))
const map = changetype<Row<u8>>(memory.data(128, 16))

/** Chooses the tiling of one frame, whose first sample (of channel 0) is the first of `samples`; `stride` per channel. */
export function chooseTiling(segment: Segment, samples: Row<f32>, stride: i32, tiling: Row<u8>): void {
  const top = mark()
  const lines = allocateRow<f32>(segment.lines)
  costs.clear(NODES)
  for (let c = 0; c < segment.channels; c++) addCosts(segment, samples.from(c * stride), lines)
  release(top)
  tiling[0] = 0
  decide(1, 0)
  place(1, 0, tiling)
}

function addCosts(segment: Segment, samples: Row<f32>, lines: Row<f32>): void {
  const small = bandsOf(segment, CLASSES - 1)
  const middle = samples.from(segment.lines >> 1)
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

function addCost(node: i32, bands: Bands, lines: Row<f32>): void {
  costs[node] = costs[node] + BLOCK_BITS + costOf(bands, lines)
}

/** Lines of block i of its class in a frame whose middle starts at `middle`. */
function transform(bands: Bands, middle: Row<f32>, i: i32, out: Row<f32>): void {
  const n = bands.lines
  forwardMdct(bands.mdct, middle.from(i * n - (n >> 1)), bands.slope, n, bands.slope, n, out)
}

/** Reciprocal energies of moment i, with what masks on from the one before; those before the frame stand in the first row. */
function addMoment(small: Bands, i: i32, lines: Row<f32>): void {
  const row = moments.from(max(0, i) * MAX_BANDS)
  const before = moments.from(max(0, i - 1) * MAX_BANDS)
  for (let b = 0; b < small.count; b++) {
    let energy: f64 = 0
    for (let k = edge(small, b); k < edge(small, b + 1); k++) {
      const x = <f64>lines[k]
      energy += x * x
    }
    const reciprocal = 1 / (energy / <f64>(edge(small, b + 1) - edge(small, b)) + 1)
    row[b] = i > -MOMENTS_BEFORE ? min(reciprocal, before[b] / FORWARD) : reciprocal
  }
}

/** Reciprocal of the squared step of each band, from the harmonic mean of energies over `count` moments. */
function fillSquares(small: Bands, first: i32, count: i32): void {
  for (let b = 0; b < small.count; b++) {
    let sum: f64 = 0
    for (let i = first; i < first + count; i++) sum += moments[i * MAX_BANDS + b]
    squares[b] = Math.pow(sum / <f64>count, ALPHA) / SCALE
  }
}

/** Bits of lines: the exponent of a running product spares logarithms. */
function costOf(bands: Bands, lines: Row<f32>): f64 {
  let bits: f64 = 0
  for (let b = 0; b < bands.count; b++) {
    const inverse = squares[map[b]]
    let product: f64 = 1
    for (let k = edge(bands, b); k < edge(bands, b + 1); k++) {
      const x = <f64>lines[k]
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
  const whole = costs[node]
  if (depth == CLASSES - 1) return whole
  const halves = decide(2 * node, depth + 1) + decide(2 * node + 1, depth + 1)
  if (halves >= whole) return whole
  costs[node] = -1
  return halves
}

function place(node: i32, depth: i32, tiling: Row<u8>): void {
  // costs that are no numbers, of samples that are none, end at the smallest blocks
  if (depth == CLASSES - 1 || costs[node] >= 0) {
    addBlock(tiling, depth)
    return
  }
  place(2 * node, depth + 1, tiling)
  place(2 * node + 1, depth + 1, tiling)
}
