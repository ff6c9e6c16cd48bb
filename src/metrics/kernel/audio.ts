/** Kernel of the metrics of sounds: Fourier transforms and the filter bank of PEAQ's advanced version. */
export { allocate, mark, release } from '../../../codecs/wasm/kernel/arena'
export { correlate, createFft, fft, powerSpectrum } from './audiofft'
export { createBank, createBankState, filterEnergies } from './audiofilterbank'
