/**
 * What damaged files may cost, and what they may leave behind: slowest decode in CPU time and highest memory over the mutations of the
 * fuzz tests, whose results must be those of kernels that have seen nothing yet, and must not change those of the next good file.
 *
 *   npx tsx bench/fuzz.ts [--mutations 14000] [--from 0] [--case audio]
 *
 * Each case runs in a process of its own, so that its peak memory is its own: of the whole process (peak RSS with Node, the
 * compiled kernels and the loader), and what that rose above a process that decoded only the sound file.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { KERNELS as AUDIO } from '../codecs/audio/kernels.js'
import { KERNELS as IMAGE } from '../codecs/image/kernels.js'
import { compiled, provideModule } from '../codecs/wasm/loader.js'
import { LaqError } from '../src/index.js'
import { type FuzzCase, fuzzCases } from '../test/fuzz/files.js'
import { mutate } from '../test/fuzz/mutate.js'
import { table } from './lib/table.js'

const { values: options } = parseArgs({
  options: {
    mutations: { type: 'string', default: '14000' },
    // the first seed
    from: { type: 'string', default: '0' },
    case: { type: 'string' },
    // how a case is run in its process: its number
    alone: { type: 'string' },
  },
})
const mutations = Number(options.mutations)
const from = Number(options.from)
const cases = await fuzzCases()

interface Findings {
  slowestMs: number
  slowestSeed: number
  meanMs: number
  soundMb: number
  peakMb: number
  outcomes: Record<string, number>
}

const peakMb = () => process.resourceUsage().maxRSS / 1024

/** The kernels' next tasks meet instances that have done nothing. */
async function freshKernels(): Promise<void> {
  for (const [name, source] of Object.entries({ ...IMAGE, ...AUDIO })) {
    if (!name.endsWith('encoder')) provideModule(name, await compiled(name, source))
  }
}

/** A hash of all that a decoding gave. */
function hashOf(result: unknown): string {
  const hash = createHash('sha1')
  const visit = (value: unknown) => {
    if (ArrayBuffer.isView(value)) hash.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
    else if (typeof value === 'object' && value) for (const item of Object.values(value)) visit(item)
    else hash.update(`${value};`)
  }
  visit(result)
  return hash.digest('hex')
}

/** What came of it: a code or the word result, and all of it in short. */
async function settled(decode: () => Promise<unknown>): Promise<{ outcome: string; whole: string }> {
  try {
    return { outcome: 'result', whole: hashOf(await decode()) }
  } catch (error) {
    if (error instanceof LaqError) return { outcome: error.code, whole: `${error.code}: ${error.message}` }
    const crash = `CRASH ${error instanceof Error ? error.stack?.split('\n').slice(0, 3).join(' ') : error}`
    return { outcome: crash, whole: crash }
  }
}

async function run({ file, decode }: FuzzCase): Promise<Findings> {
  for (let i = 0; i < 20; i++) await decode(file)
  const soundMb = peakMb()
  const good = await settled(() => decode(file))
  const outcomes: Record<string, number> = {}
  const count = (outcome: string) => {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  }
  let [slowestMs, slowestSeed, totalMs, decodes] = [0, 0, 0, 0]
  const attempt = async (bytes: Uint8Array, seed: number) => {
    const start = process.cpuUsage()
    const found = await settled(() => decode(bytes))
    const { user, system } = process.cpuUsage(start)
    const ms = (user + system) / 1000
    totalMs += ms
    decodes++
    if (ms > slowestMs) [slowestMs, slowestSeed] = [ms, seed]
    return found
  }
  for (let length = 0; length < file.length; length++) count((await attempt(file.subarray(0, length), -length)).outcome)
  for (let seed = from; seed < from + mutations; seed++) {
    const bytes = mutate(file, seed)
    const isSecond = seed % 2 === 1
    // every second mutant twice: behind the one before and a good file, then where nothing was before
    const found = await attempt(bytes, seed)
    count(found.outcome)
    if (found.outcome.startsWith('CRASH')) console.error(`seed ${seed}: ${found.outcome}`)
    if ((await settled(() => decode(file))).whole !== good.whole) count(`CRASH the good file behind seed ${seed} is another`)
    if (!isSecond) continue
    await freshKernels()
    if ((await attempt(bytes, seed)).whole !== found.whole) count(`CRASH seed ${seed} is another in fresh kernels`)
  }
  return { slowestMs, slowestSeed, meanMs: totalMs / decodes, soundMb, peakMb: peakMb(), outcomes }
}

if (options.alone !== undefined) {
  console.log(JSON.stringify(await run(cases[Number(options.alone)])))
} else {
  const rows: string[][] = []
  let failed = false
  for (const [i, { name, file }] of cases.entries()) {
    if (!name.includes(options.case ?? '')) continue
    const words = ['--alone', String(i), '--mutations', String(mutations), '--from', String(from)]
    const program = [...process.execArgv, fileURLToPath(import.meta.url), ...words]
    const child = spawnSync(process.execPath, program, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], timeout: 7_200_000 })
    if (child.status !== 0) throw new Error(`${name}: the process ended with ${child.status ?? child.signal}`)
    const found: Findings = JSON.parse(child.stdout)
    failed ||= found.slowestMs > 1000 || found.peakMb > 250 || Object.keys(found.outcomes).some((key) => key.startsWith('CRASH'))
    const row = [
      name,
      String(file.length),
      `${found.slowestMs.toFixed(1)} (seed ${found.slowestSeed})`,
      found.meanMs.toFixed(2),
      found.peakMb.toFixed(0),
      (found.peakMb - found.soundMb).toFixed(0),
      Object.entries(found.outcomes)
        .map(([outcome, count]) => `${outcome} ${count}`)
        .join(', '),
    ]
    console.error(row.join('  '))
    rows.push(row)
  }
  console.log(`Every cut and ${mutations} mutations; each must end within 1000 ms of CPU time and 250 MB:\n`)
  console.log(table(['case', 'bytes', 'slowest ms', 'mean ms', 'peak MB', 'above sound MB', 'outcomes'], rows))
  if (failed) process.exitCode = 1
}
