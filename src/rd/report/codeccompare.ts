/**
 * Batches for the web viewer of webmproject/codec-compare: descriptions and values of constants, then of fields. The viewer
 * knows fields by their names ('original_name', 'encoded_size', 'psnr', ...) and shows the others as they are; it compares
 * batches of one codec each, listed in a file of their paths.
 */
import { METRICS, type MetricName } from '../metricnames.js'
import { type OperatingPoint, type Run, rateOf } from '../run.js'
import { codecsOf, inOrder, metricsOf } from './order.js'

type Description = Record<string, string>

export interface Batch {
  constant_descriptions: Description[]
  constant_values: string[]
  field_descriptions: Description[]
  field_values: (string | number)[][]
}

/** The viewer's names where it has one; its 'p3-norm' is Butteraugli's 3-norm, its 'butteraugli' the maximum. */
const VIEWER_NAMES: Partial<Record<MetricName, string>> = {
  psnrYDb: 'psnr',
  ssim: 'ssim',
  msSsim: 'msssim',
  ssimulacra2: 'ssimulacra2',
  butteraugli3Norm: 'p3-norm',
  butteraugliMax: 'butteraugli',
}
/** JSON has no infinity, and the viewer takes null for 0: what lossless PSNR is in other tools' tables. */
const INFINITE = 99

interface Field {
  name: string
  description: string
  value(point: OperatingPoint): string | number | undefined
}

function fieldsOf(run: Run, points: readonly OperatingPoint[], several: boolean): Field[] {
  const image = run.kind === 'image'
  const fields: Field[] = [
    { name: 'codec', description: 'Codec and its options', value: ({ codec }) => codec },
    { name: 'original_name', description: `Original ${run.kind}`, value: ({ item }) => item },
    { name: 'width', description: 'Pixel columns in the original image', value: ({ item }) => run.items[item]?.width },
    { name: 'height', description: 'Pixel rows in the original image', value: ({ item }) => run.items[item]?.height },
    { name: 'quality', description: 'What the codec was asked for', value: ({ setting }) => setting },
    { name: 'encoded_size', description: 'Size of the encoded file in bytes', value: ({ bytes }) => bytes },
    { name: image ? 'bpp' : 'kbps', description: image ? 'Encoded bits per pixel' : 'Encoded kb/s', value: rateOf },
    { name: 'encoding_time', description: 'CPU seconds of encoding', value: ({ encodeCpuSeconds }) => encodeCpuSeconds },
    { name: 'decoding_time', description: 'CPU seconds of decoding', value: ({ decodeCpuSeconds }) => decodeCpuSeconds },
    ...metricsOf(run, points).map((metric): Field => {
      const { label, better } = METRICS[metric]
      const infinite = points.some((point) => point[metric] === null) ? `; ${INFINITE} stands for no error at all` : ''
      return {
        name: VIEWER_NAMES[metric] ?? metric,
        description: `Distortion metric ${label} (${better} is better${infinite})`,
        value: (point) => (point[metric] === null ? INFINITE : point[metric]),
      }
    }),
  ]
  return fields.filter(({ name, value }) => (name !== 'codec' || several) && points.some((point) => value(point) !== undefined))
}

/** @param points of one codec, or of several: then the codec is a field */
function batch(run: Run, points: readonly OperatingPoint[]): Batch {
  const codecs = codecsOf(points)
  const [codec] = codecs
  const several = codecs.length !== 1
  const fields = fieldsOf(run, points, several)
  const rows = points.map((point) => fields.map(({ value }) => value(point)))
  const whole = rows.filter((row): row is (string | number)[] => row.every((value) => value !== undefined))
  const constants: [name: string, description: string, value: string][] = [
    ['name', 'Name of this batch', several ? 'laq rd: all codecs' : codec],
    ['codec', 'Name of the codec used to generate this data', several ? 'several' : (run.codecs[codec]?.peer ?? codec)],
    ['version', 'Version of the codec and its settings', several ? 'several' : (run.codecs[codec]?.label ?? codec)],
    ['tool', 'What measured this data', 'laq rd'],
  ]
  if (whole.length < rows.length) {
    constants.push(['left_out', 'Rows left out for want of a value', `${rows.length - whole.length} of ${rows.length}`])
  }
  return {
    constant_descriptions: constants.map(([name, description]) => ({ [name]: description })),
    constant_values: constants.map(([, , value]) => value),
    field_descriptions: fields.map(({ name, description }) => ({ [name]: description })),
    field_values: whole,
  }
}

/** One row a line. */
function batchText({ field_values: rows, ...rest }: Batch): string {
  const head = JSON.stringify(rest, undefined, 1).slice(0, -2)
  return `${head},\n "field_values": [\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n ]\n}\n`
}

/**
 * Files by their names in the run's folder. `codec-compare.json` is a batch of all points (`?batch=codec-compare.json`); to
 * compare codecs, `codec-compare/batches.json` lists a batch for each (`?load=codec-compare/batches.json`).
 */
export function codecCompare(run: Run, allPoints: readonly OperatingPoint[]): Map<string, string> {
  const points = inOrder(run, allPoints)
  const files = new Map([['codec-compare.json', batchText(batch(run, points))]])
  // names of files by place: keys of codecs may hold any character
  const paths = codecsOf(points).map((codec, i) => {
    const path = `${String(i + 1).padStart(2, '0')}-${codec.replaceAll(/[^A-Za-z0-9.-]+/g, '_').slice(0, 60)}.json`
    files.set(
      `codec-compare/${path}`,
      batchText(
        batch(
          run,
          points.filter((point) => point.codec === codec),
        ),
      ),
    )
    return path
  })
  files.set('codec-compare/batches.json', `${JSON.stringify(paths, undefined, 1)}\n`)
  return files
}
