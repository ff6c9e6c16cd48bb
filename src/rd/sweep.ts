/** Sweeps: items through codecs at settings, each point measured as soon as it is coded. */
import { availableParallelism } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AudioData as Sound } from '../../codecs/audio/sound.js'
import { heeding } from '../../codecs/turns.js'
import { folderOf, Peers, parseCodec } from './codecspec.js'
import { readItem } from './item.js'
import { type MetricName, metricNames } from './metricnames.js'
import { type Job, Worker } from './process.js'
import { keyOf } from './results.js'
import type { OperatingPoint, Run, RunItem } from './run.js'

/** What a sweep goes through. */
export interface SweepOptions {
  /** Paths of pictures or of sounds; one kind in a sweep. */
  items: readonly string[]
  /** Peers with options, such as 'laq', 'laq:laq=0', 'avif:effort=9:tune=psnr'. The first that is ready is the anchor unless one is named. */
  codecs: readonly string[]
  /** For all codecs, or for each by its name as in `codecs`; what is not named runs at the peer's own. */
  settings?: readonly number[] | Readonly<Record<string, readonly number[]>>
  /** Default: all of the kind, without ViSQOL. */
  metrics?: readonly MetricName[]
  /** Codec that BD-rates are against, one of `codecs`. Default: the first that is ready. */
  anchor?: string
  /** Processes at a time, 1 or more. Default: one a core. */
  jobs?: number
  /** Paths of modules whose default export is a peer of the caller's own. Default: none. */
  peers?: readonly string[]
  /** Folder that keeps the encoded files, for pictures of them later. Default: none is kept. */
  folder?: string
  /** Ends the sweep and its processes; the generator then fails with the signal's reason. */
  signal?: AbortSignal
}

/** What could not be measured. */
export interface Failure {
  /** The codec that failed; absent if it is the item's fault. */
  codec?: string
  /** The item; absent if the codec is not there at all. */
  item?: string
  /** What the codec was asked for. */
  setting?: number
  /** Why, for people. */
  message: string
}

/** What is to be done, before any of it is. */
export interface Plan {
  /** What will have been measured. */
  run: Run
  /** The points, one job each. */
  jobs: Job[]
  /** Codecs that are not there and items that cannot be read: the rest goes on without. */
  failures: Failure[]
}

/** What a sweep gives as it goes: a point, or what failed. */
export type SweepEvent =
  | {
      /** What was measured. */
      point: OperatingPoint
    }
  | {
      /** What was not. */
      failure: Failure
    }

/**
 * Reads the items and asks for the codecs.
 *
 * @throws RangeError on codecs, options or metrics that do not exist; Error if nothing is left to do
 */
export async function planSweep(options: SweepOptions): Promise<Plan> {
  const failures: Failure[] = []
  const items: Record<string, RunItem> = {}
  let kind: 'image' | 'audio' | undefined
  const names = itemNames(options.items)
  for (const [i, path] of options.items.entries()) {
    try {
      const read = await readItem(path)
      kind ??= read.kind
      if (read.kind !== kind) throw new Error(`is ${read.kind}, and the sweep is of ${kind}`)
      items[names[i]] = read.kind === 'image' ? imageItem(path, read.media) : soundItem(path, read.media)
    } catch (error) {
      failures.push({ item: path, message: (error as Error).message })
    }
  }
  if (!kind) throw new Error(`none of ${options.items.length} files can be read: ${failures[0]?.item}: ${failures[0]?.message}`)
  const metrics = [...(options.metrics ?? metricNames(kind).filter((name) => name !== 'visqol'))]
  for (const metric of metrics) {
    if (!metricNames(kind).includes(metric)) throw new RangeError(`no ${kind} metric ${metric}; there are ${metricNames(kind).join(', ')}`)
  }
  const peers = await Peers.load(moduleUrls(options.peers))
  const codecs: Run['codecs'] = {}
  for (const id of new Set(options.codecs)) {
    const { peer: name, options: given } = parseCodec(id)
    const peer = peers.find(kind, name)
    const settings = Array.isArray(options.settings) ? options.settings : (options.settings as Record<string, number[]> | undefined)?.[id]
    try {
      const { label } = await peer.open(given)
      codecs[id] = { label, peer: name, options: given, setting: peer.setting, settings: [...(settings ?? peer.settings)] }
    } catch (error) {
      if (error instanceof RangeError) throw error
      failures.push({ codec: id, message: (error as Error).message })
    }
  }
  const [first] = Object.keys(codecs)
  if (first === undefined) throw new Error(`no codec is there: ${failures.at(-1)?.message}`)
  const { anchor = first } = options
  if (!options.codecs.includes(anchor)) throw new RangeError(`the anchor ${anchor} is not one of the codecs ${options.codecs.join(', ')}`)
  const run: Run = { kind, anchor: anchor in codecs ? anchor : first, codecs, items, metrics }
  return { run, jobs: jobsOf(run, options.folder), failures }
}

/** All points of a run, item by item. */
export function jobsOf({ kind, codecs, items, metrics }: Run, folder?: string): Job[] {
  return Object.entries(items).flatMap(([item, { path }]) =>
    Object.entries(codecs).flatMap(([codec, { settings }]) =>
      settings.map((setting) => ({ kind, codec, item, path, setting, metrics, keep: folder && keptAs(folder, { codec, item, setting }) })),
    ),
  )
}

/** Path of the encoded file of a point, without its suffix. */
export function keptAs(folder: string, { codec, item, setting }: Pick<OperatingPoint, 'codec' | 'item' | 'setting'>): string {
  return join(folder, 'files', folderOf(codec), `${folderOf(item)}@${setting}`)
}

function imageItem(path: string, { width, height, channels }: { width: number; height: number; channels: number }): RunItem {
  return { path: resolve(path), width, height, channels }
}

function soundItem(path: string, { sampleRateHz, channels }: Sound): RunItem {
  if (channels[0].length === 0) throw new Error('a sound without samples')
  return { path: resolve(path), seconds: channels[0].length / sampleRateHz, sampleRateHz, channels: channels.length }
}

/** File names, with as many folders before them as it takes to tell them apart. */
function itemNames(paths: readonly string[]): string[] {
  const parts = paths.map((path) => resolve(path).split(/[\\/]/))
  return parts.map((own, i) => {
    let depth = 1
    while (depth < own.length && parts.some((other, j) => j !== i && other.slice(-depth).join('/') === own.slice(-depth).join('/'))) depth++
    return depth === 1 ? basename(paths[i]) : own.slice(-depth).join('/')
  })
}

export const moduleUrls = (paths: readonly string[] = []): string[] => paths.map((path) => pathToFileURL(resolve(path)).href)

/**
 * Does jobs in processes of their own and hands out points and failures as they come, in any order. Left early, it ends its
 * processes.
 *
 * @throws the reason of `signal`, LaqError 'aborted' if it has none
 */
export async function* runJobs(
  jobs: readonly Job[],
  { jobs: processes = availableParallelism(), peers, signal }: Pick<SweepOptions, 'jobs' | 'peers' | 'signal'> = {},
): AsyncGenerator<SweepEvent, void> {
  const setup = { peers: moduleUrls(peers) }
  const workers = Array.from({ length: Math.min(processes, jobs.length) }, () => new Worker(setup))
  let next = 0
  const under = new Map<Worker, Promise<[Worker, SweepEvent]>>()
  const start = (worker: Worker) => {
    const job = jobs[next++]
    if (!job) under.delete(worker)
    else
      under.set(
        worker,
        worker.do(job).then((answer) => [worker, eventOf(job, answer)]),
      )
  }
  try {
    workers.forEach(start)
    while (under.size > 0) {
      const [worker, event] = await heeding(Promise.race(under.values()), signal)
      start(worker)
      yield event
    }
  } finally {
    for (const worker of workers) worker.close()
  }
}

function eventOf({ codec, item, setting }: Job, answer: Awaited<ReturnType<Worker['do']>>): SweepEvent {
  return 'point' in answer ? answer : { failure: { codec, item, setting, message: answer.failed } }
}

/**
 * Measures every item with every codec at every setting: points as they are known, and what failed.
 *
 * @throws what {@link planSweep} throws; the reason of `signal`, LaqError 'aborted' if it has none
 */
export async function* sweep(options: SweepOptions): AsyncGenerator<SweepEvent, void> {
  const { jobs, failures } = await planSweep(options)
  for (const failure of failures) yield { failure }
  yield* runJobs(jobs, options)
}

/** Those of `jobs` whose points are not there yet. */
export function missing(jobs: readonly Job[], points: readonly OperatingPoint[]): Job[] {
  const known = new Set(points.map(keyOf))
  return jobs.filter((job) => !known.has(keyOf(job)))
}
