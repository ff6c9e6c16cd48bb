/** laq compare: how far a picture or a sound is from its original, by every metric. */
import { extname } from 'node:path'
import type { CommandModule } from 'yargs'
import type { AudioMeasures } from '../../metrics/audiopair.js'
import { IMAGE_METRICS, type ImageMetric, imageErrorMap, imageMetrics } from '../../metrics/imagepair.js'
import type { Item } from '../../rd/item.js'
import { METRICS, type MetricName, metricNames } from '../../rd/metricnames.js'
import { flag, path, type Shared, STDIO_WORD, UsageError, words } from '../arguments.js'
import { FileError } from '../errors.js'
import { expectOutput, label, readInput, writeOutput } from '../files.js'
import { jsonLine, plain } from '../terminal.js'

interface Arguments extends Pick<Shared, 'force' | 'json' | 'verbose'> {
  reference?: string
  distorted?: string
  metrics?: string[]
  background?: string
  map?: string
  mapMetric?: string
}

export const compare: CommandModule<object, Arguments> = {
  command: 'compare <reference> <distorted>',
  describe: 'measure a picture or sound against its original',
  builder: (parser) =>
    parser
      .usage('$0 compare photo.png photo.laq\n$0 compare --map errors.png photo.png photo.avif\n$0 compare --json sound.wav sound.laq')
      .positional('reference', { type: 'string', describe: 'the original: an image, a WAV file or a .laq file' })
      .positional('distorted', { type: 'string', describe: 'what to compare with it' })
      .options({
        metrics: words('metrics', 'metrics by their names in JSON, separated by commas (default: all)'),
        background: path('background', 'colour behind alpha: #rrggbb (default: the worse of white and black)'),
        map: path('map', 'draw a map of the errors into a PNG file'),
        'map-metric': path('map-metric', 'metric of the map (default ssimulacra2)'),
        json: flag('print one line of JSON'),
        force: flag('replace the drawing if it exists', { alias: 'f' }),
        verbose: flag('sound: print all variables of PEAQ, too', { alias: 'v' }),
      }) as never,
  handler: async (given) => {
    const { reference = '', distorted = '', map, json = false, force = false } = given
    const background = given.background === undefined ? {} : { background: colourOf(given.background) }
    const mapMetric = (given.mapMetric ?? 'ssimulacra2') as ImageMetric
    if (!IMAGE_METRICS.includes(mapMetric)) throw new UsageError(`--map-metric ${mapMetric}: not one of ${IMAGE_METRICS.join(', ')}`)
    if (map !== undefined) {
      if (map !== STDIO_WORD && extname(map).toLowerCase() !== '.png') throw new UsageError(`--map ${map}: the drawing must be a .png`)
      if (map === STDIO_WORD && json) throw new UsageError('--json and the drawing both need standard output')
      await expectOutput(map, force, [reference, distorted])
    }
    const [original, other] = [await read(reference), await read(distorted)]
    if (original.kind !== other.kind) throw new FileError(distorted, new Error(`is ${other.kind}, but ${reference} is ${original.kind}`))
    if (map !== undefined && original.kind === 'audio') throw new UsageError('--map draws errors of pictures, not of sounds')
    const names = metricsOf(given.metrics, original.kind)
    try {
      const { values, more } = await measured(original, other, names, background)
      if (map !== undefined && original.kind === 'image' && other.kind === 'image') {
        const { drawErrors } = await import('../../plot/errormap.js')
        const { formatImage } = await import('../../io/image/image.js')
        const drawn = drawErrors(await imageErrorMap(original.media, other.media, mapMetric, background), original.media)
        await writeOutput(map, await formatImage(drawn.image, 'png'), force)
        if (map === STDIO_WORD) return
        if (!json) process.stderr.write(`${plain(map)}: ${METRICS[mapMetric].label}, darkest at ${drawn.most.toPrecision(3)} and above\n`)
      }
      if (json) process.stdout.write(jsonLine({ reference, distorted, kind: original.kind, ...finite(values), ...more }))
      else process.stdout.write(`${tableOf(values, more, given.verbose ?? false)}\n`)
    } catch (error) {
      throw error instanceof FileError || error instanceof UsageError ? error : new FileError(label(distorted), error)
    }
  },
}

async function read(path: string): Promise<Item> {
  const bytes = await readInput(path)
  const { parseItem } = await import('../../rd/item.js')
  return parseItem(bytes).catch((error) => {
    throw new FileError(label(path), error)
  })
}

/** '#rrggbb' as parts of 1. */
function colourOf(text: string): [number, number, number] {
  const [, hex] = /^#([0-9a-f]{6})$/i.exec(text) ?? []
  if (!hex) throw new UsageError(`--background ${text}: not a colour such as #ffffff`)
  const part = (i: number) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16) / 255
  return [part(0), part(1), part(2)]
}

function metricsOf(given: string[] | undefined, kind: 'image' | 'audio'): MetricName[] {
  const known = metricNames(kind)
  for (const name of given ?? []) {
    if (!known.includes(name as MetricName)) throw new UsageError(`--metrics ${name}: not one of ${known.join(', ')}`)
  }
  return (given as MetricName[] | undefined) ?? known.filter((name) => name !== 'visqol')
}

type Values = Partial<Record<MetricName, number>>

/** What sounds tell besides: PEAQ's variables, and the delay that was taken out. What pictures do: the largest error of alpha in levels of 8 bits. */
type More = Partial<Pick<AudioMeasures, 'movs' | 'lagSamples'>> & { alphaMaxError?: number }

async function measured(
  original: Item,
  other: Item,
  names: MetricName[],
  background: { background?: [number, number, number] },
): Promise<{ values: Values; more: More }> {
  if (original.kind === 'image' && other.kind === 'image') {
    const values = await imageMetrics(original.media, other.media, names as ImageMetric[], background)
    const { alphaMaxError } = await import('../../metrics/grounds.js')
    const error = alphaMaxError(original.media, other.media)
    return { values, more: error === undefined ? {} : { alphaMaxError: error } }
  }
  if (original.kind !== 'audio' || other.kind !== 'audio') throw new TypeError('one picture, one sound')
  const { soundMetrics } = await import('../../rd/measure.js')
  const { values, movs, lagSamples } = await soundMetrics(original.media, other.media, names)
  return { values, more: { movs, lagSamples } }
}

/** JSON has no word for infinity, which is what equal samples come to. */
const finite = (values: Values) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number.isFinite(value) ? value : null]))

function tableOf(values: Values, { movs = {}, lagSamples, alphaMaxError }: More, verbose: boolean): string {
  const rows = Object.entries(values).map(([name, value]) => {
    const { label, unit, digits, better } = METRICS[name as MetricName]
    const shown = Number.isFinite(value) ? value.toFixed(digits) : value > 0 ? 'infinite' : '-infinite'
    return `${label.padEnd(20)} ${shown.padStart(10)} ${unit.padEnd(3)} ${better} is better`
  })
  if (alphaMaxError !== undefined)
    rows.push(`${'alpha, largest error'.padEnd(20)} ${alphaMaxError.toFixed(2).padStart(10)} of 255, lower is better`)
  if (lagSamples) rows.push(`${'delay taken out'.padEnd(20)} ${String(lagSamples).padStart(10)} samples`)
  if (verbose) {
    for (const [model, variables] of Object.entries(movs)) {
      rows.push('', `PEAQ ${model}`)
      for (const [name, value] of Object.entries(variables)) rows.push(`${name.padEnd(20)} ${value.toFixed(4).padStart(10)}`)
    }
  }
  return rows.join('\n')
}
