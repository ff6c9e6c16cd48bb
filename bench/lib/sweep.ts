/**
 * Sweeps of the benches: codecs over pictures or sounds, in processes of src/rd. Points are kept in a folder that all benches share, so that
 * each is measured once: those of peers for good, those of laq under a hash of its codec's sources, until one of them changes.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MetricName } from '../../src/rd/metricnames.js'
import { openLog, readPoints } from '../../src/rd/results.js'
import type { OperatingPoint, Run } from '../../src/rd/run.js'
import { jobsOf, missing, planSweep, runJobs } from '../../src/rd/sweep.js'

export const root = fileURLToPath(new URL('../..', import.meta.url))
const ELEMENT = join(root, 'bench/lib/element.ts')

/** Options that the benches which sweep have in common, for parseArgs. */
export const SWEEP_OPTIONS = {
  corpus: { type: 'string', default: '../shared/corpus' },
  work: { type: 'string', default: join(root, 'bench/.cache/points') },
  jobs: { type: 'string', default: String(cpus().length) },
} as const

export const ANCHOR = 'avif'

interface SweepRequest {
  items: readonly string[]
  /** As `laq rd --codecs` takes them; 'element' is that of element.ts. */
  codecs: readonly string[]
  /** Of each codec by its id; those that are absent have their peer's own. */
  settings?: Record<string, readonly number[]>
  metrics?: readonly MetricName[]
  /** Goes on without the points that fail, and says which; default: the first that fails ends it. */
  tolerant?: boolean
  /** Measures laq alone: peers have the points that the folder has, whether they are installed or not. */
  kept?: boolean
  work: string
  jobs: string
}

/** Measures what the folder has not yet. @throws Error if a codec or an item fails */
export async function sweep({
  items,
  codecs,
  settings = {},
  metrics = ['ssimulacra2'],
  tolerant = false,
  kept = false,
  work,
  jobs,
}: SweepRequest) {
  // the processes run these sources, not compiled ones
  process.env.NODE_OPTIONS = '--import tsx'
  const { run, failures } = await planSweep({
    items,
    codecs: kept ? codecs.filter(isOwn) : codecs,
    settings,
    metrics,
    anchor: codecs.includes(ANCHOR) ? ANCHOR : codecs[0],
    peers: [ELEMENT],
  })
  if (failures.length > 0 && tolerant) failures.forEach(({ codec, item, message }) => void console.error(`${codec ?? item}: ${message}`))
  else if (failures.length > 0) throw new Error(failures.map(({ codec, item, message }) => `${codec ?? item}: ${message}`).join('\n'))
  mkdirSync(work, { recursive: true })
  const files = { own: `laq-${fingerprint(run.kind)}.jsonl`, peers: 'peers.jsonl' }
  const wanted = jobsOf(run)
  const points = new Map<string, OperatingPoint>()
  for (const [whose, file] of Object.entries(files)) {
    const known = (await readPoints(work, file)).filter((point) => metrics.every((metric) => metric in point))
    const own = wanted.filter(({ codec }) => isOwn(codec) === (whose === 'own'))
    const todo = missing(own, known)
    const log = await openLog(work, file)
    const add = (point: OperatingPoint) => points.set(key(point), point)
    known.forEach(add)
    let [done, told] = [0, performance.now()]
    for await (const event of runJobs(todo, { jobs: Number(jobs), peers: [ELEMENT] })) {
      if ('failure' in event) {
        const said = `${event.failure.item}, ${event.failure.codec} ${event.failure.setting}: ${event.failure.message}`
        if (!tolerant) throw new Error(said)
        console.error(said)
        done++
        continue
      }
      add(event.point)
      await log.append(event.point)
      done++
      if (performance.now() - told < 30_000 && done < todo.length) continue
      told = performance.now()
      console.error(`${done} of ${todo.length} points of ${whose === 'own' ? 'laq' : 'peers'}`)
    }
    await log.close()
  }
  if (kept) {
    const ofPeers = (id: string) => !isOwn(id) && codecs.includes(id)
    const known = await readPoints(work, files.peers)
    const there = known.filter(({ codec, item, setting }) => ofPeers(codec) && item in run.items && settings[codec]?.includes(setting))
    return { run, points: [...wanted.flatMap((job) => points.get(key(job)) ?? []), ...there] }
  }
  return { run, points: wanted.flatMap((job) => points.get(key(job)) ?? []) }
}

const key = ({ codec, item, setting }: Pick<OperatingPoint, 'codec' | 'item' | 'setting'>) => `${codec} ${item} ${setting}`
const isOwn = (codec: string) => /^(laq|element)\b/.test(codec)

/** Folders whose sources may change what laq's codecs make, those of kernels left out: they are in the modules that are built of them. */
const SOURCES = ['codecs/container', 'codecs/entropy', 'codecs/laq', 'codecs/transform', 'codecs/wasm/built']

/** Changes with whatever may change what laq's codec of that kind makes. */
function fingerprint(kind: Run['kind']): string {
  const hash = createHash('sha256')
  const others = kind === 'image' ? /built\/audio-/ : /built\/(image|wavelet)-/
  const files = [...SOURCES, `codecs/${kind}`, `src/${kind}`]
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => `${folder}/${name}`))
    .filter((path) => path.endsWith('.ts') && !path.includes('/kernel/') && !others.test(path))
  for (const path of files.sort()) hash.update(readFileSync(join(root, path)))
  return hash.digest('hex').slice(0, 12)
}

export const nameOf = (path: string): string => basename(path)

/** Points of one codec on each item, by rising setting. */
export function curvesOf(points: readonly OperatingPoint[], codec: string): Map<string, OperatingPoint[]> {
  const own = points.filter((point) => point.codec === codec).sort((a, b) => a.setting - b.setting)
  return new Map([...new Set(own.map(({ item }) => item))].map((item) => [item, own.filter((point) => point.item === item)]))
}

export type { OperatingPoint, Run }
