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
  /** Size of the whole file. */
  bytes: number
  /** Bits per pixel, of pictures. */
  bpp?: number
  /** Kilobits per second, of sounds. */
  kbps?: number
  /** CPU time of all threads, in seconds; of codecs that are programs, with their start and their reading and writing of files. */
  encodeCpuSeconds?: number
  /** Time by the clock, in seconds, of the same. */
  encodeWallSeconds?: number
  /** CPU time of decoding, in seconds, counted in the same way. */
  decodeCpuSeconds?: number
  /** Time of decoding by the clock, in seconds. */
  decodeWallSeconds?: number
}

/** A codec of a run. */
export interface RunCodec {
  /** For people: codec, version and settings, such as 'AVIF, libaom 3.15.1, effort 4, tune iq, 4:4:4'. */
  label: string
  /** Name of the peer that codes it, such as 'avif'. */
  peer: string
  /** Its options, as `--codecs` takes them. */
  options: Record<string, string>
  /** What the setting is: 'quality', 'kb/s', 'distance'. */
  setting: string
  /** Its values in the run. */
  settings: number[]
}

/** A picture or a sound of a run. */
export interface RunItem {
  /** Where it was read. */
  path: string
  /** Width of a picture in pixels. */
  width?: number
  /** Height of a picture in pixels. */
  height?: number
  /** Length of a sound. */
  seconds?: number
  /** Samples of a channel in a second, of a sound. */
  sampleRateHz?: number
  /** Samples of a pixel, or channels of a sound. */
  channels: number
}

/** What was measured: which items, by which codecs, at which settings. */
export interface Run {
  /** What the items are. */
  kind: 'image' | 'audio'
  /** Codec that BD-rates are against. */
  anchor: string
  /** The codecs by name, as points have it. */
  codecs: Record<string, RunCodec>
  /** The items by name, as points have it. */
  items: Record<string, RunItem>
  /** What each point was measured by. */
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
