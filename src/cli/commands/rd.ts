/** laq rd: rate-distortion sweeps, resumable, and the report of them. */
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommandModule } from 'yargs'
import type { MetricName } from '../../rd/metricnames.js'
import type { OperatingPoint, Run } from '../../rd/run.js'
import type { Failure, Plan, SweepOptions } from '../../rd/sweep.js'
import { flag, JOBS, jobsOf, path, type Shared, UsageError, words } from '../arguments.js'
import { EXIT, FileError } from '../errors.js'
import { Sweeping } from '../sweeping.js'
import { jsonLine, plain, plainLines } from '../terminal.js'

interface Arguments extends Pick<Shared, 'jobs' | 'force' | 'json' | 'quiet' | 'verbose'> {
  files?: string[]
  codecs?: string[]
  metrics?: string[]
  settings?: string
  anchor?: string
  out?: string
  resume?: boolean
  append?: boolean
  plotOnly?: string
  peer?: string[]
}

const DEFAULT_OUT = 'laq-rd'
const DEFAULT_CODECS = {
  image: ['laq', 'avif', 'jxl', 'webp', 'mozjpeg'],
  audio: ['laq', 'opus', 'aac', 'vorbis', 'mp3'],
}
/** What BD-rates are against, where it is among the codecs. */
const DEFAULT_ANCHORS = ['avif', 'opus']

export const rd: CommandModule<object, Arguments> = {
  command: 'rd [files..]',
  describe: 'measure and plot rate and distortion of laq and other codecs',
  builder: (parser) =>
    parser
      .usage(
        [
          '$0 rd photos/*.png',
          "$0 rd --codecs laq,avif:effort=2 --settings 'laq=30,60;avif=20,80' --out run photos/*.png",
          '$0 rd --resume --out run',
          '$0 rd --append --codecs webp --out run',
          '$0 rd --plot-only run --anchor jxl',
        ].join('\n'),
      )
      .positional('files', { type: 'string', array: true, describe: 'images, or WAV files' })
      .options({
        codecs: words(
          'codecs',
          `codecs, with options such as avif:effort=9:tune=psnr (default ${DEFAULT_CODECS.image}; for sounds ${DEFAULT_CODECS.audio})`,
        ),
        metrics: words('metrics', 'metrics by their names in JSON, separated by commas (default: all)'),
        settings: path('settings', 'settings for all codecs (20,50,80) or for each (avif=20,50;webp=30,60)'),
        anchor: path('anchor', 'codec that BD-rates compare with (default: avif or opus, else the first)'),
        out: path('out', `folder for results and report (default ${DEFAULT_OUT})`),
        resume: flag('finish the run in the folder'),
        append: flag('add codecs to the run in the folder'),
        'plot-only': path('plot-only', 'make the report of a folder again from its results.jsonl'),
        peer: words('peer', 'modules that hold codecs of your own'),
        force: flag('replace the results in the folder', { alias: 'f' }),
        json: flag('print each operating point as a line of JSON'),
        quiet: flag('print errors only'),
        verbose: flag('say where an error arose', { alias: 'v' }),
      })
      .options({ jobs: { ...JOBS.jobs, describe: 'number of processes (default: one per core)' } }) as never,
  handler: async (given) => {
    if (given.plotOnly !== undefined) {
      await plot(given.plotOnly, given)
      return
    }
    const out = given.out ?? DEFAULT_OUT
    const failures = await measure(out, given)
    await plot(out, given)
    for (const failure of failures) process.stderr.write(`laq: ${plain(told(failure))}\n`)
    // a codec that is not installed is no failure where nobody has asked for it
    if (failures.some(({ item }) => item !== undefined) || (failures.length > 0 && given.codecs)) process.exitCode = EXIT.failed
  },
}

const told = ({ codec, item, setting, message }: Failure): string =>
  [item, codec && setting !== undefined ? `${codec} ${setting}` : codec, message].filter((part) => part !== undefined).join(': ')

async function measure(out: string, given: Arguments): Promise<Failure[]> {
  const { openLog, readPoints, readRun, writeRun } = await import('../../rd/results.js')
  const { missing, runJobs } = await import('../../rd/sweep.js')
  const { resume = false, append = false, force = false } = given
  const going = resume || append
  if (!going && !force && existsSync(join(out, 'results.jsonl'))) {
    throw new UsageError(`${out} has results: --resume finishes them, --append adds codecs, -f replaces them`)
  }
  const earlier = going ? await readRun(out) : undefined
  const { run, jobs, failures } = await planned(given, out, earlier)
  await mkdir(out, { recursive: true })
  if (!going) await rm(join(out, 'results.jsonl'), { force: true })
  await writeRun(out, run)
  const log = await openLog(out)
  try {
    const todo = missing(jobs, await readPoints(out))
    const sweeping = new Sweeping(todo.length, given)
    try {
      for await (const event of runJobs(todo, { jobs: jobsOf(given), ...(given.peer && { peers: given.peer }) })) {
        if ('point' in event) {
          await log.append(event.point)
          if (given.json) process.stdout.write(jsonLine(event.point))
        } else failures.push(event.failure)
        sweeping.step()
      }
    } finally {
      sweeping.stop()
    }
  } finally {
    await log.close()
  }
  return failures
}

/** What is to be measured: as asked, or as an earlier run left it, with more codecs. */
async function planned(given: Arguments, out: string, earlier: Run | undefined): Promise<Plan> {
  const { jobsOf: allJobs, planSweep } = await import('../../rd/sweep.js')
  if (earlier && !given.append) return { run: earlier, jobs: allJobs(earlier, out), failures: [] }
  if (given.append && !given.codecs) throw new UsageError('--append needs --codecs: the codecs to add')
  const items = earlier ? Object.values(earlier.items).map(({ path }) => path) : (given.files ?? [])
  if (items.length === 0) throw new UsageError('no files: name pictures or WAV files')
  const kind = earlier?.kind ?? (await kindOf(items))
  const codecs = given.codecs ?? DEFAULT_CODECS[kind]
  const anchor = given.anchor ?? codecs.find((id) => DEFAULT_ANCHORS.includes(id))
  const settings = settingsOf(given.settings, codecs)
  const metrics = earlier?.metrics ?? (given.metrics as MetricName[] | undefined)
  const options: SweepOptions = {
    items,
    codecs,
    folder: out,
    ...(settings && { settings }),
    ...(metrics && { metrics }),
    ...(anchor !== undefined && !earlier && { anchor }),
    ...(given.peer && { peers: given.peer }),
  }
  const plan = await planSweep(options).catch((error) => {
    throw error instanceof RangeError ? new UsageError(error.message) : error
  })
  if (!earlier) return plan
  const run = { ...earlier, codecs: { ...earlier.codecs, ...plan.run.codecs } }
  return { run, jobs: allJobs(run, out), failures: plan.failures }
}

/** Kind of the first file that can be read: which codecs are the usual ones. */
async function kindOf(items: readonly string[]): Promise<'image' | 'audio'> {
  const { readItem } = await import('../../rd/item.js')
  for (const item of items) {
    const read = await readItem(item).catch(() => undefined)
    if (read) return read.kind
  }
  return 'image'
}

/** '20,50' for all codecs, or 'avif=20,50;webp=30' for each. */
function settingsOf(text: string | undefined, codecs: readonly string[]): number[] | Record<string, number[]> | undefined {
  if (text === undefined) return undefined
  const numbers = (list: string) =>
    list.split(',').map((word) => {
      const value = Number(word)
      if (word.trim() === '' || !Number.isFinite(value)) throw new UsageError(`--settings ${text}: ${word || 'nothing'} is not a number`)
      return value
    })
  if (!text.includes('=')) return numbers(text)
  return Object.fromEntries(
    text.split(';').map((part) => {
      // options of a codec have an equals sign as well: the last one counts
      const at = part.lastIndexOf('=')
      const codec = part.slice(0, at)
      if (!codecs.includes(codec))
        throw new UsageError(`--settings ${text}: ${codec || part} is not one of the codecs ${codecs.join(', ')}`)
      return [codec, numbers(part.slice(at + 1))]
    }),
  )
}

/** Writes the report, and the BD-rates to standard output. */
async function plot(folder: string, given: Arguments): Promise<void> {
  const { readPoints, readRun } = await import('../../rd/results.js')
  const { writeReport } = await import('../../rd/report/report.js')
  const { missingForCharts } = await import('../../rd/charts/packages.js')
  const { mediaOf } = await import('../../rd/media.js')
  const { runOf } = await import('../../rd/run.js')
  const points: OperatingPoint[] = await readPoints(folder).catch((error) => {
    throw new FileError(folder, error)
  })
  if (points.length === 0) throw new FileError(folder, new Error('has no operating points'))
  const described = (await readRun(folder)) ?? runOf(points)
  const { anchor = described.anchor } = given
  if (!points.some(({ codec }) => codec === anchor)) throw new UsageError(`--anchor ${anchor}: it has no points in ${folder}`)
  const run = { ...described, anchor }
  const missing = await missingForCharts()
  const written = await writeReport(folder, run, points, { ...(await mediaOf(folder, run, given.peer)), charts: !missing })
  if (!given.json) {
    const { readFile } = await import('node:fs/promises')
    process.stdout.write(plainLines(await readFile(join(folder, 'bd.md'), 'utf8')))
  }
  if (given.quiet) return
  if (missing) process.stderr.write(`laq: ${missing}\n`)
  process.stderr.write(plainLines(`${points.length} points in ${folder}: ${written.filter((name) => !name.includes('/')).join(', ')}\n`))
}
