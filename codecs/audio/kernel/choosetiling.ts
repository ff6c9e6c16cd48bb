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
import { forwardMdct } from '../../transform/kernel/mdct'
import { allocate, mark, release } from '../../wasm/kernel/arena'
import { Bands, bandsOf, CLASSES, edge, MAX_BLOCKS, relate, Segment } from './segment'
import { addBlock } from './tiling'
import { MAX_BANDS } from './bands'
import { knob } from './knobs'

/** Exponent of the steps over energy: half the amplitude's. */
const ALPHA: f64 = 0.3
/** Step of a band of energy 1 per line. */
let stepScale: f64 = 1.5
/** Bits that a block costs beside its lines, per channel. */
let blockBits: f64 = 12
/** What of a moment's energy still masks in the next. */
let forward: f64 = 0.4
/** Energies are averaged over time by this power. */
let power: f64 = -1

/** Energies per line: MAX_BLOCKS moments x bands of the smallest class, f64. */
const moments: usize = memory.data(16 * 96 * 8, 16)
/** Cost of each node of the tree, heap order: node 1 is the frame. */
const costs: usize = memory.data(32 * 8, 16)
const squares: usize = memory.data(96 * 8, 16)
const map: usize = memory.data(128, 16)

/** Chooses the tiling of one frame, whose first sample (of channel 0) is at `samples`; f32, `stride` per channel. */
export function chooseTiling(segment: Segment, samples: usize, stride: i32, tiling: usize): void {
  stepScale = knob(0, 5)
  blockBits = knob(1, 45)
  forward = knob(2, 0.5)
  power = knob(3, -1)
  const top = mark()
  const lines = allocate(<usize>segment.lines << 2)
  memory.fill(costs, 0, 32 * 8)
  for (let c = 0; c < segment.channels; c++) addCosts(segment, samples + ((<usize>(c * stride)) << 2), lines)
  release(top)
  store<u8>(tiling, 0)
  decide(1, 0)
  place(1, 0, tiling)
}

function addCosts(segment: Segment, samples: usize, lines: usize): void {
  fillMoments(segment, samples, lines)
  const small = bandsOf(segment, CLASSES - 1)
  for (let s = 0; s < CLASSES; s++) {
    const bands = bandsOf(segment, s)
    const blocks = 1 << s
    const perBlock = MAX_BLOCKS >> s
    relate(bands, small, map)
    for (let i = 0; i < blocks; i++) {
      fillSquares(small, i * perBlock, perBlock)
      const from = samples + ((<usize>((segment.lines >> 1) + i * bands.lines - (bands.lines >> 1))) << 2)
      forwardMdct(bands.mdct, from, bands.slope, bands.lines, bands.slope, bands.lines, lines)
      const at = costs + ((<usize>(blocks + i)) << 3)
      store<f64>(at, load<f64>(at) + blockBits + knob(10 + s, 0) + costOf(bands, lines))
    }
  }
}

/** Energies of the frame's moments, with what masks on from those before. */
function fillMoments(segment: Segment, samples: usize, lines: usize): void {
  const small = bandsOf(segment, CLASSES - 1)
  const n = small.lines
  for (let i = -4; i < MAX_BLOCKS; i++) {
    const from = samples + ((<usize>((segment.lines >> 1) + i * n - (n >> 1))) << 2)
    forwardMdct(small.mdct, from, small.slope, n, small.slope, n, lines)
    const row = moments + ((<usize>(max(0, i) * MAX_BANDS)) << 3)
    const before = moments + ((<usize>(max(0, i - 1) * MAX_BANDS)) << 3)
    for (let b = 0; b < small.count; b++) {
      let energy: f64 = 0
      for (let k = edge(small, b); k < edge(small, b + 1); k++) {
        const x = <f64>load<f32>(lines + ((<usize>k) << 2))
        energy += x * x
      }
      energy = energy / <f64>(edge(small, b + 1) - edge(small, b)) + 1
      const at = (<usize>b) << 3
      store<f64>(row + at, i > -4 ? max(energy, forward * load<f64>(before + at)) : energy)
    }
  }
}

/** Reciprocal of the squared step of each band over `count` moments. */
function fillSquares(small: Bands, first: i32, count: i32): void {
  for (let b = 0; b < small.count; b++) {
    let sum: f64 = 0
    for (let i = first; i < first + count; i++) {
      const energy = load<f64>(moments + ((<usize>(i * MAX_BANDS + b)) << 3))
      sum += Math.pow(energy, power)
    }
    const mean = Math.pow(sum / <f64>count, 1 / power)
    store<f64>(squares + ((<usize>b) << 3), 1 / (stepScale * stepScale * Math.pow(mean, 2 * ALPHA)))
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
  if (load<f64>(costs + ((<usize>node) << 3)) >= 0) return addBlock(tiling, depth)
  place(2 * node, depth + 1, tiling)
  place(2 * node + 1, depth + 1, tiling)
}
