/** laq/metrics: how far a picture or a sound is from its original. Runs on any platform. */

export { AUDIO_METRICS, type AudioMeasures, type AudioMetric, type AudioSamples, audioMetrics, peaq } from './audiopair.js'
export { bdRate, type RatePoint } from './bdrate.js'
export { type Butteraugli, type ButteraugliOptions, butteraugli } from './butteraugli.js'
export type { Background } from './colour.js'
export type { ErrorMap, MapOptions } from './errormap.js'
export { IMAGE_METRICS, type ImageMetric, imageErrorMap, imageMetrics } from './imagepair.js'
export type { Peaq } from './peaq/peaq.js'
export { type Psnr, psnr } from './psnr.js'
export { segmentalSnr } from './segmentalsnr.js'
export { snr } from './snr.js'
export { msSsim, type Ssim, ssim } from './ssim.js'
export { type Ssimulacra2, ssimulacra2 } from './ssimulacra2.js'
