/**
 * What a sweep leaves in its folder: `run.json`, which says what was measured, and `results.jsonl`, one operating point a line.
 * Tables, charts and the report are made of these two.
 */
import { METRICS, type MetricName } from './metricnames.js'

/** One item through one codec at one setting. Metrics lie beside the rest, under their names; null where infinite (no error at all). */
export interface OperatingPoint extends Partial<Record<MetricName, number | null>> {
  /** Key in {@link Run.codecs}. */
  codec: string
  /** Key in {@link Run.items}. */
  item: string
  /** What the codec was asked for: its quality, kb/s, or distance. */
  setting: number
  /** Of the whole file. */
  bytes: number
  /** Bits per pixel (images) or kb/s (sounds), whichever applies. */
  bpp?: number
  kbps?: number
  /**
   * CPU time of all threads, and time by the clock, of encoding and decoding; of codecs that are programs, with their start and
   * their reading and writing of files.
   */
  encodeCpuSeconds?: number
  encodeWallSeconds?: number
  decodeCpuSeconds?: number
  decodeWallSeconds?: number
}

export interface RunCodec {
  /** For people: codec, version and settings, such as 'AVIF, libaom 3.15.1, effort 4, tune iq, 4:4:4'. */
  label: string
  /** Name of the peer that codes it, such as 'avif'. */
  peer: string
  /** Its options, as `--codecs` takes them. */
  options: Record<string, string>
  /** What the setting is: 'quality', 'kb/s', 'distance'. */
  setting: string
  settings: number[]
}

export interface RunItem {
  path: string
  /** Images. */
  width?: number
  height?: number
  /** Sounds. */
  seconds?: number
  sampleRateHz?: number
  channels: number
}

export interface Run {
  kind: 'image' | 'audio'
  /** Codec that BD-rates are against. */
  anchor: string
  codecs: Record<string, RunCodec>
  items: Record<string, RunItem>
  metrics: MetricName[]
}

/** Bits per pixel or kb/s of a point. */
export const rateOf = (point: OperatingPoint): number => point.bpp ?? point.kbps ?? Number.NaN

/** What can be told of a run by its points alone. Its anchor is a codec named after AVIF or Opus, else the first. */
export function runOf(points: readonly OperatingPoint[]): Run {
  const names = [...new Set(points.map(({ codec }) => codec))]
  const metrics = (Object.keys(METRICS) as MetricName[]).filter((name) => points.some((point) => name in point))
  const settings = (codec: string) => [...new Set(points.filter((point) => point.codec === codec).map(({ setting }) => setting))]
  return {
    kind: points.some(({ kbps }) => kbps !== undefined) ? 'audio' : 'image',
    anchor: names.find((name) => /^(avif|opus)/.test(name)) ?? names[0],
    codecs: Object.fromEntries(
      names.map((codec) => [codec, { label: codec, peer: codec, options: {}, setting: 'setting', settings: settings(codec) }]),
    ),
    items: Object.fromEntries(points.map(({ item }) => [item, { path: item, channels: 0 }])),
    metrics,
  }
}
