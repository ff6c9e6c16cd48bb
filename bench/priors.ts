/**
 * Trains what the models of the block codec start with, and writes codecs/image/blocks/priors.ts: pictures are encoded from untrained
 * models, and where each state and weight set ended says where it should start, and how much that is worth.
 *
 *   npx tsx bench/priors.ts --corpus ../shared/corpus
 *
 * Kodak is left out: it is for validation. A state that ended at p_i after n_i bits in picture i starts at the mean of p_i, weighted by
 * n_i, and counts for as many bits as a beta distribution with the spread of the p_i over pictures.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { settingsArray } from '../codecs/image/blocks/tile.js'
import { KERNELS } from '../codecs/image/kernels.js'
import { tileParameters } from '../codecs/image/parameters.js'
import { imageHeader, type SearchSettings, searchSettings, type Tune } from '../codecs/image/settings.js'
import { compiled, instantiate, type KernelExports, place, scoped } from '../codecs/wasm/loader.js'
import type { ImageData } from '../src/image.js'
import { type Picture, readSet } from './lib/pictures.js'

const { values: options } = parseArgs({
  options: { corpus: { type: 'string', default: '../shared/corpus' }, out: { type: 'string', default: 'codecs/image/blocks/priors.ts' } },
})

const SETS = ['cid22', 'clic2025', 'gb82', 'skimage_misc', 'illustrations', 'textures']
const RUNS: [tune: Tune, step: number][] = [
  ...[240, 218, 196, 172].map((step): [Tune, number] => ['perceptual', step]),
  ...[232, 200].map((step): [Tune, number] => ['psnr', step]),
]
/** Of a larger picture, the middle of this side: more would only count for more. */
const LARGEST = 768
/** Bits of one picture that count. */
const MOST_BITS = 120

interface EncoderExports extends KernelExports {
  createTile(width: number, height: number, parameters: number, priors: number): number
  loadSamples(tile: number, samples: number, row: number): void
  startEncoder(tile: number, settings: number): void
  encodeSuperblock(tile: number, column: number, row: number): void
  modelStates(tile: number): number
  modelWeights(tile: number): number
  stateCount(): number
  weightSetCount(): number
}

const kernel = instantiate<EncoderExports>(await compiled('image-encoder', KERNELS['image-encoder']))
const states = kernel.exports.stateCount()
const sets = kernel.exports.weightSetCount()
const bits = new Float64Array(states)
const ones = new Float64Array(states)
const squares = new Float64Array(states)
const noise = new Float64Array(states)
const weights = new Float64Array(sets * 4)
const weightBits = new Float64Array(sets)

function middle(image: ImageData): ImageData {
  const width = Math.min(image.width, LARGEST)
  const height = Math.min(image.height, LARGEST)
  const { channels, data } = image
  const x = (image.width - width) >> 1
  const y = (image.height - height) >> 1
  const part = data.slice(0, width * height * channels)
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * image.width + x) * channels
    part.set(data.subarray(from, from + width * channels), row * width * channels)
  }
  return { ...image, width, height, data: part }
}

function learn(image: ImageData, tune: Tune, step: number): void {
  const choices = { quality: 50, effort: 5, tune, transform: 'dct' as const, laq: 1, tileSize: 0 }
  const header = { ...imageHeader(image, choices), step, tileSize: 0 }
  const settings: SearchSettings = searchSettings(choices)
  scoped(kernel, () => {
    const { exports } = kernel
    const tile = exports.createTile(image.width, image.height, tileParameters(kernel, header), 0)
    const source = place(kernel, image.data)
    for (let row = 0; row * 64 < image.height; row++) exports.loadSamples(tile, source, row)
    exports.startEncoder(tile, place(kernel, settingsArray(settings)))
    for (let row = 0; row * 64 < image.height; row++) {
      for (let column = 0; column * 64 < image.width; column++) exports.encodeSuperblock(tile, column, row)
    }
    const ended = new Uint32Array(kernel.memory.buffer, exports.modelStates(tile), states)
    for (let i = 0; i < states; i++) {
      const n = Math.min(MOST_BITS, ended[i] & 1023)
      const p = (ended[i] >>> 10) / 4194304
      bits[i] += n
      ones[i] += n * p
      squares[i] += n * p * p
      noise[i] += n > 0 ? 1 : 0
    }
    const mixed = new Int32Array(kernel.memory.buffer, exports.modelWeights(tile), sets * 8)
    for (let set = 0; set < sets; set++) {
      const n = mixed[8 * set + 4]
      weightBits[set] += n
      for (let input = 0; input < 4; input++) weights[4 * set + input] += n * mixed[8 * set + input]
    }
  })
}

for (const set of SETS) {
  const pictures: Picture[] = await readSet(options.corpus, set)
  for (const [index, { image }] of pictures.entries()) {
    process.stderr.write(`\r${set} ${index + 1} of ${pictures.length}   `)
    for (const [tune, step] of RUNS) learn(middle(image), tune, step)
  }
}

/** What startStates of codecs/entropy/kernel/model.ts reads. */
const COUNTS = [2, 4, 8, 14, 24, 40, 70]
const bytes = new Uint8Array(states + 4 * sets)
for (let i = 0; i < states; i++) {
  if (bits[i] < 2) continue
  const p = (ones[i] + 0.4) / (bits[i] + 0.8)
  const spread = Math.max(0, squares[i] / bits[i] - (ones[i] / bits[i]) ** 2)
  // a mean of n bits has a variance of p (1 - p) / n by itself
  const chance = (p * (1 - p) * noise[i]) / bits[i]
  const worth = Math.min((p * (1 - p)) / Math.max(1e-5, spread - chance) - 1, bits[i])
  const count = COUNTS.findLastIndex((n) => n <= Math.max(COUNTS[0], worth))
  const level = Math.round(2 * Math.log(p / (1 - p)) + 15.5)
  bytes[i] = Math.max(0, Math.min(31, level)) | ((count + 1) << 5)
}
for (let i = 0; i < sets * 4; i++) {
  const n = weightBits[i >> 2]
  bytes[states + i] = n > 0 ? Math.max(-128, Math.min(127, Math.round(weights[i] / n / 1024))) : 20
}
const met = bytes.subarray(0, states).reduce((sum, byte) => sum + (byte ? 1 : 0), 0)
writeFileSync(
  options.out,
  `/** What the models of the block codec start with, in base64. Made by bench/priors.ts from photographs and textures; Kodak is not among them. */\nexport default '${Buffer.from(bytes).toString('base64')}' as string\n`,
)
console.error(`\n${met} of ${states} states met`)
