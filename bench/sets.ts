/**
 * laq against AVIF where pictures are no photographs, or small: screens and art (SSIMULACRA2 to be at most +10 %), and textures and
 * crops of photographs of 64 to 256 pixels (at most -10 %), whole files.
 *
 *   npx tsx bench/sets.ts [--sets gb82_screen,crops] [--only imessage] [--codec laq:effort=7] [--side 900]
 *
 * Alpha is composited on white, 16-bit samples are brought to 8, and of pictures larger than that the middle `side` x `side` of
 * illustrations is taken (0: nothing is cut). Writes results/sets.md if all sets are measured.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { ImageData } from '../codecs/image/picture.js'
import { cut } from '../src/image/picture.js'
import { readPng, writePng } from '../src/io/image/png.js'
import { bdAgainst } from '../src/rd/report/bd.js'
import { filesOf } from './lib/pictures.js'
import { ANCHOR, nameOf, root, SWEEP_OPTIONS, sweep } from './lib/sweep.js'
import { percent, table } from './lib/table.js'

const { values: options } = parseArgs({
  options: {
    ...SWEEP_OPTIONS,
    sets: { type: 'string' },
    only: { type: 'string', default: '' },
    codec: { type: 'string', default: 'laq' },
    side: { type: 'string', default: '900' },
  },
})

const CROPS = 'crops'
const MUSTS: Record<string, number> = { gb82_screen: 10, screens_doc: 10, illustrations: 10, art_rgba: 10, textures: -10, [CROPS]: -10 }
/** Sides of the crops, in turn: the middles of the pictures of cid22. */
const SIDES = [64, 96, 128, 192, 256]
const inputs = join(options.work, 'inputs')

/** Colours of 8 bits on white. */
function opaque({ width, height, channels, bitDepth, data }: ImageData): ImageData {
  const out = new Uint8Array(width * height * 3)
  const peak = 2 ** bitDepth - 1
  const alphaAt = channels % 2 === 0 ? channels - 1 : undefined
  for (let i = 0, from = 0; i < out.length; i += 3, from += channels) {
    const alpha = alphaAt === undefined ? 1 : data[from + alphaAt] / peak
    for (let c = 0; c < 3; c++) out[i + c] = Math.round(255 * (1 - alpha + (alpha * data[from + (channels < 3 ? 0 : c)]) / peak))
  }
  return { width, height, channels: 3, bitDepth: 8, data: out }
}

function middle(image: ImageData, side: number): ImageData {
  const [width, height] = [Math.min(side, image.width), Math.min(side, image.height)]
  const area = { x: (image.width - width) >> 1, y: (image.height - height) >> 1, width, height }
  return { ...image, width, height, data: cut(image, area) as Uint8Array<ArrayBuffer> }
}

/** Paths of a set's pictures, made ready as PNG files. */
async function prepared(set: string): Promise<string[]> {
  const paths = filesOf(options.corpus, [set === CROPS ? 'cid22' : set])
  const made: string[] = []
  for (const [i, path] of paths.entries()) {
    const side = set === CROPS ? SIDES[i % SIDES.length] : set === 'illustrations' ? Number(options.side) || Infinity : Infinity
    const to = join(
      inputs,
      `${set === CROPS ? `${set}${side}` : set}${side < Infinity && set !== CROPS && side !== 900 ? side : ''}-${nameOf(path)}`,
    )
    if (!to.includes(options.only)) continue
    if (!existsSync(to)) writeFileSync(to, await writePng(middle(opaque(await readPng(readFileSync(path))), side)))
    made.push(to)
  }
  return made
}

mkdirSync(inputs, { recursive: true })
const { codec } = options
const summary: string[][] = []
const lists: string[] = []
for (const set of options.sets?.split(',') ?? Object.keys(MUSTS)) {
  const items = await prepared(set)
  if (items.length === 0) continue
  const { points } = await sweep({ ...options, items, codecs: [codec, ANCHOR], metrics: ['ssimulacra2', 'psnrYDb'] })
  const [eye, luma] = [bdAgainst(points, ANCHOR, codec, 'ssimulacra2'), bdAgainst(points, ANCHOR, codec, 'psnrYDb')]
  const worst = eye.worst ? `${percent(eye.worst.percent)} ${eye.worst.item}` : '-'
  summary.push([set, String(eye.compared), percent(eye.mean), percent(eye.median), percent(luma.mean), worst, percent(MUSTS[set])])
  lists.push(
    table(
      [set, 'SSIMULACRA2', 'PSNR-Y'],
      eye.items.map(({ item, percent: value }) => [
        item,
        percent(value),
        percent(luma.items.find((other) => other.item === item)?.percent ?? Number.NaN),
      ]),
    ),
    ...eye.missing.map(({ item, reason }) => `${item} is missing: ${reason}.`),
  )
  console.error(`${set}: ${percent(eye.mean)}`)
}
const text = [table(['set', 'pictures', 'SSIMULACRA2', 'median', 'PSNR-Y', 'worst', 'to be at most'], summary), ...lists].join('\n\n')
console.log(text)
if (!options.sets && !options.only && codec === 'laq' && options.side === '900') {
  writeFileSync(
    join(root, 'bench/results/sets.md'),
    `# Screens, art, textures and small pictures

Made by \`npx tsx bench/sets.ts\`. BD-rates against AVIF (effort 4, tune iq, 4:4:4), whole files; alpha on white; of illustrations the middle 900 x
900 pixels; crops are middles of the pictures of cid22.

${text}
`,
  )
}
