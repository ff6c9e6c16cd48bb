/**
 * Slowest decode, in CPU time, and highest memory over the mutations of the fuzz tests: what damaged files may cost.
 *
 *   npx tsx bench/fuzz.ts [--mutations 20000] [--case audio]
 *
 * Each case runs in a process of its own, so that its peak memory is its own: of the whole process (peak RSS with Node, the
 * compiled kernels and the loader), and what that rose above a process that decoded only the sound file.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { LaqError } from '../src/index.js'
import { type FuzzCase, fuzzCases } from '../test/fuzz/files.js'
import { mutate } from '../test/fuzz/mutate.js'
import { table } from './table.js'

const { values: options } = parseArgs({
  options: {
    mutations: { type: 'string', default: '20000' },
    case: { type: 'string' },
    // how a case is run in its process: its number
    alone: { type: 'string' },
  },
})
const mutations = Number(options.mutations)
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

async function run({ file, decode }: FuzzCase): Promise<Findings> {
  for (let i = 0; i < 20; i++) await decode(file)
  const soundMb = peakMb()
  const outcomes: Record<string, number> = {}
  let [slowestMs, slowestSeed, totalMs] = [0, 0, 0]
  const attempt = async (bytes: Uint8Array, seed: number) => {
    const start = process.cpuUsage()
    const outcome = await decode(bytes).then(
      () => 'result',
      (error) => (error instanceof LaqError ? error.code : `CRASH ${error}`),
    )
    const { user, system } = process.cpuUsage(start)
    const ms = (user + system) / 1000
    totalMs += ms
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    if (ms > slowestMs) [slowestMs, slowestSeed] = [ms, seed]
  }
  for (let length = 0; length < file.length; length++) await attempt(file.subarray(0, length), -length)
  for (let seed = 0; seed < mutations; seed++) await attempt(mutate(file, seed), seed)
  return { slowestMs, slowestSeed, meanMs: totalMs / (mutations + file.length), soundMb, peakMb: peakMb(), outcomes }
}

if (options.alone !== undefined) {
  console.log(JSON.stringify(await run(cases[Number(options.alone)])))
} else {
  const rows: string[][] = []
  let failed = false
  for (const [i, { name, file }] of cases.entries()) {
    if (!name.includes(options.case ?? '')) continue
    const program = [...process.execArgv, fileURLToPath(import.meta.url), '--alone', String(i), '--mutations', String(mutations)]
    const child = spawnSync(process.execPath, program, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], timeout: 1_800_000 })
    if (child.status !== 0) throw new Error(`${name}: the process ended with ${child.status ?? child.signal}`)
    const found: Findings = JSON.parse(child.stdout)
    failed ||= found.slowestMs > 1000 || found.peakMb > 200 || Object.keys(found.outcomes).some((key) => key.startsWith('CRASH'))
    rows.push([
      name,
      String(file.length),
      `${found.slowestMs.toFixed(1)} (seed ${found.slowestSeed})`,
      found.meanMs.toFixed(2),
      found.peakMb.toFixed(0),
      (found.peakMb - found.soundMb).toFixed(0),
      Object.entries(found.outcomes)
        .map(([outcome, count]) => `${outcome} ${count}`)
        .join(', '),
    ])
  }
  console.log(`Every cut and ${mutations} mutations; each must end within 1000 ms of CPU time and 200 MB:\n`)
  console.log(table(['case', 'bytes', 'slowest ms', 'mean ms', 'peak MB', 'above sound MB', 'outcomes'], rows))
  if (failed) process.exitCode = 1
}
