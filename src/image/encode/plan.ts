/** What a picture is coded with: how hard it is, what suits it, and the header and settings that follow. */
import { looksDrawn } from '../../../codecs/image/drawn.js'
import { MAX_STEP } from '../../../codecs/image/header.js'
import type { ImageData } from '../../../codecs/image/picture.js'
import {
  type ImageChoices,
  imageHeader,
  SAMPLE_STEP,
  type SearchSettings,
  searchSettings,
  tuningTrials,
} from '../../../codecs/image/settings.js'
import type { Work } from '../../threads/runner.js'
import { shrunk } from '../picture.js'
import type { Request } from './check.js'
import type { Coding } from './code.js'
import { samplesOf } from './hardness.js'
import { scoreOf } from './trial.js'
import { middleOf, type Tuning, tune, tuningOf } from './tuning.js'
import { fileOf } from './write.js'

/** What is decided of a picture before its step is. */
export interface Plan {
  image: ImageData
  choices: ImageChoices
  /** The base step that its quality takes, in 1/24 octave. */
  step: number
  /** The picture at 1:8, if the file is to have a preview. */
  small?: ImageData
  /** What the perceptual tune was fitted to. */
  tuning?: Tuning
  /** The file, if the trials came to it already. */
  file?: Uint8Array<ArrayBuffer>
}

/** Each tile learns the colours and shapes of a drawing anew: tiles of 512 cost 6 to 17 % more than these. */
const DRAWN_TILE = 2048

/** Half an octave coarser than the picture's: 1.2 to 4.3 % of the bytes of photographs at quality 75, less above, more below. */
const previewStep = (step: number) => Math.min(step + 12, MAX_STEP)

/** Decides what suits a picture; some of it by trial, which is told to `onProgress`. */
export async function plan(
  { image, choices: wanted, target, hasPreview, work }: Request,
  onProgress: (done: number) => void,
): Promise<Plan> {
  const choices = { ...wanted }
  if (choices.tileSize === 0 && choices.transform === 'dct' && looksDrawn(image)) choices.tileSize = DRAWN_TILE
  if (choices.tune === 'perceptual' && choices.transform === 'dct' && choices.effort >= 2 && !target) {
    choices.sampleScore = await sampleScore(image, choices, work)
  }
  const { step } = imageHeader(image, choices)
  const decided: Plan = { image, choices, step, ...(hasPreview && { small: shrunk(image, 8) }) }
  const trials = tuningTrials(choices)
  return trials > 0 ? tuned(decided, trials, work, onProgress) : decided
}

/**
 * What a picture is coded with at a base step.
 *
 * @param price of a bit, as a factor of the usual one
 * @param slope added to the slope of the step over frequency, in 1/32
 */
export function codingAt({ image, choices, tuning, small }: Plan, step: number, price = 1, slope = 0): Coding {
  const usual = tuning ? settingsOf(tuning, choices) : searchSettings(choices)
  const settings = { ...usual, lambda: usual.lambda * price }
  const header = { ...imageHeader(image, choices, step), ...(tuning && headerOf(tuning)) }
  header.weighting = [Math.max(0, header.weighting[0] + slope), header.weighting[1]]
  const preview = small && { image: small, header: imageHeader(small, choices, previewStep(step)), settings }
  return { image, header, settings, ...(preview && { preview }) }
}

/** SSIMULACRA2 of samples of the picture, which tells what step its quality takes. */
async function sampleScore(image: ImageData, choices: ImageChoices, work: Work): Promise<number> {
  const samples = samplesOf(image)
  const { alphaQuality: _, ...others } = choices
  const sampled: ImageChoices = { ...others, effort: 1, tileSize: 0 }
  const coding = { image: samples, header: imageHeader(samples, sampled, SAMPLE_STEP), settings: searchSettings(sampled) }
  return scoreOf(samples, await fileOf(coding, work), work)
}

/** Fits the tune to the middle of the picture, judged by SSIMULACRA2; see {@link tune}. */
async function tuned(decided: Plan, trials: number, work: Work, onProgress: (done: number) => void): Promise<Plan> {
  const { image, choices, step } = decided
  const middle = middleOf(image)
  const header = imageHeader(middle, choices, step)
  let done = 0
  const trial = async (tuning: Tuning, step: number) => {
    const tried = { ...header, ...headerOf(tuning), step: Math.max(0, step) }
    const file = await fileOf({ image: middle, header: tried, settings: settingsOf(tuning, choices) }, work)
    const score = await scoreOf(middle, file, work)
    onProgress(++done / trials)
    return { file, score }
  }
  const { tuning, file } = await tune(tuningOf(header, searchSettings(choices)), step, trials, trial, image.channels < 3)
  return { ...decided, tuning, ...(middle === image && !decided.small && { file }) }
}

const headerOf = ({ luma, chroma, chromaStep, chromaBalance }: Tuning) => ({
  weighting: [luma, chroma] as [number, number],
  chromaStep,
  chromaBalance,
})

const settingsOf = ({ strength, price }: Tuning, choices: ImageChoices): SearchSettings => {
  const settings = searchSettings(choices)
  return { ...settings, strength, lambda: (settings.lambda * price) / 100 }
}
