/**
 * The ladder: bits by SSIMULACRA2 against the anchor, AVIF as sharp makes it at effort 4 with tune iq and 4:4:4, over CPU time of
 * encoding as a ratio to the anchor's, for laq's efforts, AVIF's and JPEG XL, on kodim01 to 08.
 *
 *   npx tsx bench/ladder.ts [--efforts 1,2,3,4,5,6,7,8,9] [--pictures 8] [--slow]
 *
 * `--slow` takes AVIF's effort 9 along (13 times the anchor's time). Bits come from points that are kept; times are always taken
 * anew, in one process on one thread, picture by picture in turn, at the setting that comes nearest to 0.7 bits per pixel.
 * Writes results/ladder.md and ladder.svg.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readPng } from '../src/io/image/png.js'
import { seriesStyle } from '../src/plot/styles.js'
import { drawSpeed } from '../src/rd/charts/speed.js'
import { Peers, parseCodec } from '../src/rd/codecspec.js'
import { bdAgainst } from '../src/rd/report/bd.js'
import { filesOf } from './lib/pictures.js'
import { ANCHOR, curvesOf, nameOf, root, SWEEP_OPTIONS, sweep } from './lib/sweep.js'
import { percent, table } from './lib/table.js'

const { values: options } = parseArgs({
  options: {
    ...SWEEP_OPTIONS,
    efforts: { type: 'string', default: '1,2,3,4,5,6,7,8,9' },
    pictures: { type: 'string', default: '8' },
    slow: { type: 'boolean', default: false },
  },
})

/** Bits per pixel at which times are taken. */
const WANTED = 0.7
const efforts = options.efforts.split(',')
const codecs = [
  ...efforts.map((effort) => `laq:effort=${effort}`),
  ...[0, 1, 2, 3].map((effort) => `avif:effort=${effort}`),
  ANCHOR,
  ...(options.slow ? ['avif:effort=9'] : []),
  'jxl',
]
const SETTINGS: Record<string, number[]> = {
  laq: [30, 45, 60, 75, 87],
  avif: [20, 32, 44, 56, 68, 80, 90],
  jxl: [0.6, 1.1, 1.7, 2.6, 3.8, 5.5, 8],
}
const items = filesOf(options.corpus, ['kodak']).slice(0, Number(options.pictures))
const settings = Object.fromEntries(codecs.map((codec) => [codec, SETTINGS[parseCodec(codec).peer]]))
const { run, points } = await sweep({ ...options, items, codecs, settings })

/** The setting between a curve's at which log rate, on straight lines, comes to what is wanted. */
function settingFor(codec: string, item: string): number {
  const curve = curvesOf(points, codec)
    .get(item)!
    .sort((a, b) => a.bpp! - b.bpp!)
  const above = Math.max(
    1,
    curve.findIndex(({ bpp }) => bpp! >= WANTED),
  )
  const [a, b] = [curve[above - 1], curve[above]]
  const setting = a.setting + ((b.setting - a.setting) * Math.log(WANTED / a.bpp!)) / Math.log(b.bpp! / a.bpp!)
  return parseCodec(codec).peer === 'avif' ? Math.round(setting) : Number(setting.toPrecision(4))
}

const peers = await Peers.load()
const coders = await Promise.all(
  codecs.map(async (codec) => {
    const { peer, options: given } = parseCodec(codec)
    return { codec, coder: await peers.find('image', peer).open(given), encode: 0, decode: 0, bits: 0 }
  }),
)
let pixels = 0
for (const [i, path] of items.entries()) {
  const image = await readPng(readFileSync(path))
  pixels += image.width * image.height
  for (const timed of coders) {
    const setting = settingFor(timed.codec, nameOf(path))
    // kernels compile and libraries load with the first picture
    if (i === 0) await timed.coder.decode((await timed.coder.encode(image, setting)).bytes, image)
    const encoded = await timed.coder.encode(image, setting)
    const decoded = await timed.coder.decode(encoded.bytes, image)
    timed.encode += encoded.cpuSeconds
    timed.decode += decoded.cpuSeconds
    timed.bits += 8 * encoded.bytes.length
  }
  console.error(`timed ${i + 1} of ${items.length} pictures`)
}

const anchor = coders.find(({ codec }) => codec === ANCHOR)!
const measured = coders.map(({ codec, encode, decode, bits }) => ({
  codec,
  percent: bdAgainst(points, ANCHOR, codec, 'ssimulacra2').mean,
  encode: encode / anchor.encode,
  decode: decode / anchor.decode,
  bpp: bits / pixels,
}))
const rows = measured.map((row) => [
  row.codec === ANCHOR ? 'avif (effort 4, the anchor)' : row.codec,
  percent(row.percent),
  `${row.encode.toFixed(3)} x`,
  `${row.decode.toFixed(2)} x`,
  row.bpp.toFixed(3),
])
const best = (most: number) =>
  measured
    .filter(({ codec, encode }) => codec.startsWith('laq') && encode <= most)
    .reduce((least, row) => Math.min(least, row.percent), Number.POSITIVE_INFINITY)
/** The best effort within twelve times, against default effort itself. */
const slowest = measured
  .filter(({ codec, encode }) => codec.startsWith('laq') && encode <= 12)
  .reduce((least, row) => (row.percent < least.percent ? row : least))
const fromDefault = codecs.includes('laq:effort=5') ? bdAgainst(points, 'laq:effort=5', slowest.codec, 'ssimulacra2').mean : Number.NaN
const text = `${table(['codec', 'SSIMULACRA2 BD-rate', 'encode CPU', 'decode CPU', 'bpp timed'], rows)}

- laq within 0.25 of the anchor's time: ${percent(best(0.25))} (to be at most +3 %)
- within 0.12: ${percent(best(0.12))} (at most +12 %)
- within 12 times: ${percent(slowest.percent)}, and ${percent(fromDefault)} against default effort (at most -4 %)
- the anchor: ${(anchor.encode / (pixels / 1e6)).toFixed(2)} s/MP to encode, ${(anchor.decode / (pixels / 1e6)).toFixed(3)} s/MP to decode`
console.log(text)
if (options.pictures === '8' && efforts.length === 9) {
  const { svg } = await drawSpeed(
    measured.map(({ codec, percent, encode, decode }) => ({
      ...{ label: codec.replace(':effort=', ' '), name: run.codecs[codec].label, percent, seconds: [encode, decode] },
      style: seriesStyle(codec.startsWith('laq') ? 0 : codec.startsWith('avif') ? 1 : 2),
    })),
    {
      title: 'Bits against CPU time, kodim01 to 08',
      subtitle: 'SSIMULACRA2 BD-rate; one thread, at 0.7 bits per pixel; lower left is better',
      timeLabels: ['encoding, CPU time of the anchor', 'decoding, CPU time of the anchor'],
      percentLabel: 'BD-rate against AVIF effort 4 (%)',
    },
  )
  writeFileSync(join(root, 'bench/results/ladder.svg'), svg)
  writeFileSync(
    join(root, 'bench/results/ladder.md'),
    `# The ladder\n\nMade by \`npx tsx bench/ladder.ts${options.slow ? ' --slow' : ''}\`. Below zero: fewer bits than the anchor.\n\n${text}\n\n![BD-rate over CPU time](ladder.svg)\n`,
  )
}
