/** Calls into the kernel of PEAQ: power spectra and the filter bank. */
import { type Kernel, type KernelExports, place } from '../../../codecs/wasm/loader.js'
import { FRAME, LINES, POWER_SCALE, WINDOW } from './fftear.js'
import { BANK_BANDS, BANK_CENTRES, BANK_LEVEL, BANK_WEIGHTS, FILTER_LENGTHS } from './filterbankear.js'
import { LAGS, type LagTransforms } from './variables.js'

export interface AudioExports extends KernelExports {
  createFft(n: number): number
  fft(re: number, im: number, n: number, table: number): void
  powerSpectrum(samples: number, window: number, n: number, scale: number, table: number, scratch: number, power: number): void
  correlate(signal: number, lags: number, result: number): void
  createBank(lengths: number, centres: number, weights: number): number
  createBankState(capacity: number): number
  filterEnergies(bank: number, state: number, input: number, count: number, level: number, energies: number): void
}

/** Power spectra of frames, and of correlations. Made once for all frames, before memory can grow no more. */
export class Spectra implements LagTransforms {
  private readonly samples: number
  private readonly spectrum: number
  private readonly window: number
  private readonly scratch: number
  private readonly table: number
  private readonly lagTable: number
  private readonly ones: number

  constructor(private readonly kernel: Kernel<AudioExports>) {
    const { exports } = kernel
    this.samples = exports.allocate(FRAME * 4)
    this.spectrum = exports.allocate(LINES * 8)
    this.scratch = exports.allocate(FRAME * 8)
    this.window = place(kernel, WINDOW)
    this.ones = place(kernel, new Float64Array(LAGS).fill(1))
    this.table = exports.createFft(FRAME)
    this.lagTable = exports.createFft(LAGS)
  }

  /** @param frame FRAME samples; `power` receives LINES values of sound energy */
  ofFrame(frame: Float32Array, power: Float64Array): void {
    const { exports, memory } = this.kernel
    new Float32Array(memory.buffer, this.samples, FRAME).set(frame)
    exports.powerSpectrum(this.samples, this.window, FRAME, POWER_SCALE, this.table, this.scratch, this.spectrum)
    power.set(new Float64Array(memory.buffer, this.spectrum, LINES))
  }

  correlation(signal: Float64Array): Float64Array {
    const { exports, memory } = this.kernel
    new Float64Array(memory.buffer, this.scratch, 2 * LAGS).set(signal)
    exports.correlate(this.scratch, LAGS, this.spectrum)
    return new Float64Array(memory.buffer, this.spectrum, LAGS)
  }

  power(signal: Float64Array): Float64Array {
    const { exports, memory } = this.kernel
    new Float32Array(memory.buffer, this.samples, LAGS).set(signal)
    exports.powerSpectrum(this.samples, this.ones, LAGS, 1, this.lagTable, this.scratch, this.spectrum)
    return new Float64Array(memory.buffer, this.spectrum, LAGS / 2 + 1)
  }
}

/** The filter bank, with what it knows of some signals. */
export class Bank {
  private readonly bank: number
  private readonly states: number[]
  private readonly input: number
  private readonly energies: number

  /** @param signals how many; `capacity` samples of a call, a multiple of 128 */
  constructor(
    private readonly kernel: Kernel<AudioExports>,
    signals: number,
    private readonly capacity: number,
  ) {
    const { exports } = kernel
    const tables = [FILTER_LENGTHS, BANK_CENTRES, BANK_WEIGHTS].map((table) => place(kernel, table))
    this.bank = exports.createBank(tables[0], tables[1], tables[2])
    this.states = Array.from({ length: signals }, () => exports.createBankState(capacity))
    this.input = exports.allocate(capacity * 4)
    this.energies = exports.allocate((capacity / 32) * BANK_BANDS * 8)
  }

  /** Energies of `capacity` more samples of a signal: rows of 40, one for each 32 samples. They last until the next call. */
  process(signal: number, samples: Float32Array): Float64Array {
    const { exports, memory } = this.kernel
    new Float32Array(memory.buffer, this.input, this.capacity).set(samples)
    const mark = exports.mark()
    exports.filterEnergies(this.bank, this.states[signal], this.input, this.capacity, BANK_LEVEL, this.energies)
    exports.release(mark)
    return new Float64Array(memory.buffer, this.energies, (this.capacity / 32) * BANK_BANDS)
  }
}
