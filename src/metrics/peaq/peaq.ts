/**
 * PEAQ, perceptual evaluation of audio quality: ITU-R BS.1387-1 (2001), basic and advanced version, with the standard's gaps
 * filled as P. Kabal (An Examination and Interpretation of ITU-R BS.1387, McGill University 2003) and M. Holters and U. Zoelzer
 * (GstPEAQ, DAFx 2015) fill them. Like GstPEAQ it is close to, not conformant with, the standard.
 */
import { withKernel } from '../kernels.js'
import { advancedVariables } from './advanced.js'
import { basicVariables } from './basic.js'
import { SAMPLE_RATE } from './ear.js'
import { isLoud } from './frames.js'
import { ADVANCED, BASIC, difference, distortionIndex } from './grade.js'
import type { AudioExports } from './kernel.js'

/** PEAQ's opinion of a sound (ITU-R BS.1387). */
export interface Peaq {
  /** Objective difference grade: 0.22 (no difference) to -3.98 (very annoying). */
  odg: number
  /** Distortion index, which goes on where the grade no longer changes. */
  di: number
  /** Model output variables by their names in the standard. */
  movs: Record<string, number>
}

/** Half a second, in which both versions settle, and a frame. */
export const LEAST_SAMPLES = 25 * 1024 + 1024

/**
 * Grades sounds at 48 kHz that are aligned and as long as each other.
 *
 * @param reference, test one or two channels of samples, full scale 1, which stands for 92 dB of sound pressure
 * @returns undefined if the reference is silent throughout
 * @throws RangeError for less than {@link LEAST_SAMPLES} samples
 */
export async function gradeAligned(
  reference: readonly Float32Array[],
  test: readonly Float32Array[],
  model: 'basic' | 'advanced',
): Promise<Peaq | undefined> {
  const { length } = reference[0]
  if (length < LEAST_SAMPLES) {
    throw new RangeError(
      `${(length / SAMPLE_RATE).toFixed(3)} s are too short to be graded: PEAQ wants ${(LEAST_SAMPLES / SAMPLE_RATE).toFixed(2)} s`,
    )
  }
  if (!isLoud(reference, 0, length)) return undefined
  const values = await withKernel<AudioExports, number[]>('audio-metrics', (kernel) =>
    (model === 'basic' ? basicVariables : advancedVariables)(kernel, reference, test),
  )
  const names: readonly string[] = model === 'basic' ? BASIC : ADVANCED
  const di = distortionIndex(model, values)
  return { odg: difference(di), di, movs: Object.fromEntries(names.map((name, i) => [name, values[i]])) }
}
