/** What commands say: a line of figures, JSON, a progress bar. All talk goes to stderr; JSON, which is asked for, to stdout. */
import { createColors } from 'picocolors'
import type { Warned, Warning } from '../calls/warnings.js'
import type { Shared } from './arguments.js'
import { jsonLine, plain } from './terminal.js'

export interface Spent {
  wallSeconds: number
  /** CPU time of all threads of the process, whatever file they work on. */
  cpuSeconds: number
}

/** Wall and CPU time of the stages of a command, each apart. */
export class Stopwatch {
  readonly stages: Record<string, Spent> = {}

  /** Runs `work` and adds its time to that of the stage. */
  async time<T>(stage: string, work: () => Promise<T>): Promise<T> {
    const wall = performance.now()
    const cpu = process.cpuUsage()
    try {
      return await work()
    } finally {
      const { user, system } = process.cpuUsage(cpu)
      const before = this.stages[stage] ?? { wallSeconds: 0, cpuSeconds: 0 }
      this.stages[stage] = {
        wallSeconds: before.wallSeconds + (performance.now() - wall) / 1e3,
        cpuSeconds: before.cpuSeconds + (user + system) / 1e6,
      }
    }
  }
}

const rounded = (value: number, digits: number) => Number(value.toFixed(digits))
const grouped = (value: number) => value.toLocaleString('en-US')

/** What one file came to. */
export interface Figures {
  input: string
  output: string
  kind: 'image' | 'audio'
  /** Size of the .laq file. */
  bytes: number
  /** Facts of the image or the sound, as their data types name them. */
  facts: Record<string, number | string>
  /** Pixels of the image, or seconds of the sound, that went through the codec. */
  amount: number
  /** Those of the whole .laq file, if only a part of it was decoded. */
  whole?: number
  /** PSNR of luma or signal-to-noise ratio, if it was measured. */
  decibels?: number
  /** Largest error of alpha, if there is any, in levels of 8 bits. */
  alphaError?: number
  /** What was dropped or changed. */
  warnings?: readonly Warning[]
}

/** What is said of one file while it is worked on. */
export interface Talk {
  onWarning: NonNullable<Warned['onWarning']>
  onProgress: (done: number) => void
  /** Each once, in the order in which they came. */
  warnings: readonly Warning[]
  /** Tells that a signal has ended what was recorded. */
  onStop: () => void
  /** To be called when the work has ended, well or not. */
  stop: () => void
}

export class Report {
  private readonly colors
  /** @param hasBars whether progress is shown: not of several files at once */
  constructor(
    private readonly options: Shared,
    private readonly hasBars = true,
  ) {
    const wanted = options.color ?? (process.stderr.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb')
    this.colors = createColors(Boolean(wanted))
  }

  /** The closing line of a file, or its JSON. */
  done(figures: Figures, { stages }: Stopwatch): void {
    const { input, output, kind, bytes, facts, amount, whole = amount, decibels, alphaError, warnings = [] } = figures
    const coding = stages.coding.wallSeconds
    const rate =
      kind === 'image' ? { bpp: rounded((bytes * 8) / whole, 4) } : { kbps: whole > 0 ? rounded((bytes * 8) / whole / 1e3, 3) : 0 }
    const name = kind === 'image' ? 'psnrLumaDb' : 'snrDb'
    // JSON has no Infinity, which is what equal samples come to
    const quality = {
      ...(decibels !== undefined && { [name]: Number.isFinite(decibels) ? rounded(decibels, 3) : null }),
      ...(alphaError !== undefined && { alphaMaxError: rounded(alphaError, 2) }),
    }
    if (this.options.json) {
      const seconds = Object.fromEntries(
        Object.entries(stages).map(([stage, { wallSeconds, cpuSeconds }]) => [
          stage,
          { wallSeconds: rounded(wallSeconds, 6), cpuSeconds: rounded(cpuSeconds, 6) },
        ]),
      )
      process.stdout.write(jsonLine({ input, output, kind, bytes, ...rate, ...facts, ...quality, warnings, ...seconds }))
    }
    if (this.options.quiet || this.options.json) return
    const { green, dim } = this.colors
    const told =
      kind === 'image'
        ? [`${facts.width} x ${facts.height}`, `${rate.bpp?.toFixed(3)} bpp`, `${(amount / 1e6 / coding).toFixed(2)} MP/s`]
        : [`${amount < 1 ? Number(amount.toPrecision(3)) : rounded(amount, 2)} s`, `${rate.kbps?.toFixed(1)} kb/s`]
    if (kind === 'audio') told.push(`${(amount / coding).toFixed(1)} x realtime`)
    if (decibels !== undefined) told.push(`${decibels.toFixed(2)} dB`)
    if (alphaError !== undefined) told.push(`alpha within ${rounded(alphaError, 2)} of 255`)
    // nothing can be said of the rate of an empty sound
    const [size, ...speeds] = amount > 0 ? told : told.slice(0, 1)
    process.stderr.write(
      `${dim(`${plain(input)} ->`)} ${green(plain(output))}  ${[size, `${grouped(bytes)} bytes`, ...speeds].join(', ')}\n`,
    )
    if (this.options.verbose) {
      for (const [stage, { wallSeconds, cpuSeconds }] of Object.entries(stages)) {
        process.stderr.write(`  ${stage.padEnd(8)} ${wallSeconds.toFixed(3)} s, ${cpuSeconds.toFixed(3)} s of CPU\n`)
      }
    }
  }

  /** A line on what goes on, under --verbose. */
  note(text: string): void {
    if (this.options.verbose && !this.options.quiet) process.stderr.write(`${this.colors.dim(plain(text))}\n`)
  }

  /** Warnings of a file, which is called `title` in their lines, and its bar. */
  talk(title: string): Talk {
    const warnings: Warning[] = []
    const told = new Set<string>()
    const onWarning = (warning: Warning) => {
      if (told.has(warning.message)) return
      told.add(warning.message)
      warnings.push(warning)
      say(`${this.colors.yellow('warning')}: ${plain(`${title}: ${warning.message}`)}`)
    }
    const say = (text: string) => {
      // a bar may stand in the line
      const start = process.stderr.isTTY ? '\r\x1b[K' : ''
      if (!this.options.quiet) process.stderr.write(`${start}laq: ${text}\n`)
    }
    const onStop = () => say(`${plain(title)}: stopped, what has come is finished; a second signal drops it`)
    return { ...this.progress(title), onWarning, onStop, warnings }
  }

  /** A bar on a terminal for work that has gone on for a second. */
  private progress(title: string): { onProgress: (done: number) => void; stop: () => void } {
    if (!this.hasBars || !process.stderr.isTTY || this.options.quiet || this.options.json)
      return { onProgress: () => undefined, stop: () => undefined }
    const started = performance.now()
    let bar: { update(done: number): void; stop(): void } | undefined
    let loading = false
    let stopped = false
    const show = async () => {
      loading = true
      const { default: cliProgress } = await import('cli-progress')
      if (stopped) return
      const made = new cliProgress.SingleBar({ format: `${plain(title)} {bar} {percentage} %`, clearOnComplete: true, gracefulExit: false })
      made.start(1, 0)
      bar = made
    }
    return {
      onProgress: (done) => {
        bar?.update(done)
        if (!loading && performance.now() - started > 1000) void show()
      },
      stop: () => {
        stopped = true
        bar?.stop()
      },
    }
  }
}
