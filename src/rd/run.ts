/**
 * What a sweep leaves in its folder: `run.json`, which says what was measured, and `results.jsonl`, one operating point a line.
 * Tables, charts and the report are made of these two.
 */
import type { MetricName } from './metricnames.js'

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
  /** CPU time of all threads, and time by the clock, of encoding and decoding alone: no file is read or written in them. */
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
