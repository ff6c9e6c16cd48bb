/** Pictures to .laq bytes. */
import { writeContainer } from '../../codecs/container/container.js'
import { looksDrawn } from '../../codecs/image/drawn.js'
import {
  CHROMA,
  type Chroma,
  type ImageHeader,
  MAX_STEP,
  TRANSFORMS,
  type Transform,
  tileAreas,
  writeImageHeader,
} from '../../codecs/image/header.js'
import type { ImageData } from '../../codecs/image/picture.js'
import {
  type ImageChoices,
  imageHeader,
  SAMPLE_STEP,
  type SearchSettings,
  searchSettings,
  TUNES,
  type Tune,
  tuningTrials,
} from '../../codecs/image/settings.js'
import { partsOf } from '../../codecs/image/tile.js'
import { checkRules, choice, flag, integer, number, type Rules, SHARED, WARNED } from '../calls/options.js'
import { type ImageSource, pictureOf } from '../calls/picture.js'
import { type Warned, warner } from '../calls/warnings.js'
import { inThisThread, type Runner, runAll } from '../threads/runner.js'
import { hdrOf } from './colourspace.js'
import { decodeImage } from './decode.js'
import { samplesOf } from './hardness.js'
import { cut, shrunk } from './picture.js'
import { type ImageTargets, searchTarget, TARGET_RULES, targetOf } from './target.js'
import { middleOf, type Tuning, tune, tuningOf } from './tuning.js'

export interface EncodeImageOptions extends ImageTargets, Warned {
  /**
   * 0..100, default 75. Of DCT files with the perceptual tune the SSIMULACRA2 to expect, for photographs within some 10 points at 30 and 3 at
   * 80: samples of the picture are coded first, to see how hard it is. Effort 1 leaves that out.
   */
  quality?: number
  /** Of alpha, if there is any, 0..100: its step is that of the quality. Default: finer than the step of colour by five twelfths of an octave. */
  alphaQuality?: number
  /**
   * 1..9, default 5: time spent for smaller files. From 8 on the perceptual tune is fitted to the picture by trial. Wavelet files are
   * the same at every effort.
   */
  effort?: number
  /** What errors should look like: to the eye (default), or least in squared difference. */
  tune?: Tune
  /** Samples of chroma: as many as of luma (default), or half as many each way. For the DCT. */
  chroma?: Chroma
  /** 'dct' (default), or 'wavelet' for files of which a prefix decodes at 1/2, 1/4 and 1/8. */
  transform?: Transform
  /** Strength of locally adaptive steps, 0..3; 1 is the tune's own, 0 one step for all. */
  laq?: number
  /** Side of the tiles, a multiple of 64 up to 2048. Default: one tile up to 1 megapixel, else 512, or 2048 for what looks drawn. */
  tileSize?: number
  /**
   * Store the picture at 1:8 at the front of the file, coarsely, for some 2 % of its bytes. For the DCT; wavelet files hold
   * smaller pictures as they are. Default false.
   */
  preview?: boolean
  /** Ends the encoding within 0.1 s, wherever its tiles are coded. */
  signal?: AbortSignal
  /** Called with the part done, 0..1; of a search for a target it is a guess that never falls. */
  onProgress?: (done: number) => void
  /** Where tiles are coded; by default in this thread, whose timers and other work have turns meanwhile. See `createPool` of laq/node. */
  runner?: Runner
}

const RULES: Rules<EncodeImageOptions> = {
  quality: number(0, 100),
  alphaQuality: number(0, 100),
  effort: integer(1, 9),
  tune: choice(...TUNES),
  chroma: choice(...CHROMA),
  transform: choice(...TRANSFORMS),
  laq: number(0, 3),
  tileSize: integer(0, 2048, 64),
  preview: flag,
  ...TARGET_RULES,
  ...WARNED,
  signal: SHARED.signal,
  onProgress: SHARED.onProgress,
  runner: SHARED.runner,
}

/** Each tile learns the colours and shapes of a drawing anew: tiles of 512 cost 6 to 17 % more than these. */
const DRAWN_TILE = 2048

/** Half an octave coarser than the picture's: 1.2 to 4.3 % of the bytes of photographs at quality 75, less above, more below. */
const previewStep = (step: number) => Math.min(step + 12, MAX_STEP)

/**
 * Encodes an image.
 *
 * A target takes the place of a quality and several codings, 3 to 8 as a rule.
 *
 * @param source pixels, or what a canvas gives (`getImageData`)
 * @returns a whole .laq file
 * @throws TypeError or RangeError on wrong arguments, RangeError on a target out of reach, the reason of `signal`
 *   (LaqError 'aborted', named AbortError, if it has none)
 */
export async function encodeImage(source: ImageSource, options: EncodeImageOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  checkRules('encodeImage', options, RULES)
  const image = pictureOf(source)
  const { signal, onProgress, runner = inThisThread } = options
  const target = targetOf(options)
  const hdr = hdrOf(image.metadata)
  if (hdr) warner(options)('hdr', `samples are ${hdr}, and coded as if they were of ordinary brightness`)
  const choices: ImageChoices = {
    quality: options.quality ?? 75,
    ...(options.alphaQuality !== undefined && { alphaQuality: options.alphaQuality }),
    effort: options.effort ?? 5,
    tune: options.tune ?? 'perceptual',
    chroma: options.chroma ?? '4:4:4',
    transform: options.transform ?? 'dct',
    laq: options.laq ?? 1,
    tileSize: options.tileSize ?? 0,
  }
  if (choices.chroma !== '4:4:4' && choices.transform !== 'dct')
    throw new TypeError(`chroma ${choices.chroma}: ${choices.transform} files have 4:4:4`)
  if (options.preview && choices.transform !== 'dct') throw new TypeError(`preview: ${choices.transform} files decode at 1/8 as they are`)
  if (choices.tileSize === 0 && choices.transform === 'dct' && looksDrawn(image)) choices.tileSize = DRAWN_TILE
  const small = options.preview ? shrunk(image, 8) : undefined
  if (choices.tune === 'perceptual' && choices.transform === 'dct' && choices.effort >= 2 && !target) {
    choices.sampleScore = await sampleScore(image, choices, { runner, signal })
  }
  const first = imageHeader(image, choices).step
  const trials = tuningTrials(choices)
  const tuned = trials > 0 ? await tuneTo(image, choices, first, trials, { runner, signal, onProgress }) : undefined
  if (tuned?.whole && !target && !small) {
    onProgress?.(1)
    return tuned.file
  }
  const progress = onProgress && ((done: number) => onProgress(tuned ? TUNING_SHARE + (1 - TUNING_SHARE) * done : done))
  const encodeAt = async (step: number, settings: SearchSettings, onProgress?: (done: number) => void, slope = 0) => {
    const preview = small && (await encodeTiles(small, imageHeader(small, choices, previewStep(step)), settings, { runner, signal }))
    const header = { ...imageHeader(image, choices, step), ...(tuned && headerOf(tuned.tuning)) }
    header.weighting = [Math.max(0, header.weighting[0] + slope), header.weighting[1]]
    return encodeTiles(image, header, settings, { runner, signal, onProgress, preview })
  }
  const settings = tuned ? settingsOf(tuned.tuning, choices) : searchSettings(choices)
  if (!target) return encodeAt(first, settings, progress)

  let codings = 0
  const code = async (step: number, price: number, slope?: number) => {
    const before = codings++
    const priced = { ...settings, lambda: settings.lambda * price }
    // how many there will be is not known: each takes two fifths of what is left
    return encodeAt(step, priced, (done) => progress?.(1 - 0.6 ** (before + done)), slope)
  }
  const decode = (file: Uint8Array) =>
    decodeImage(file, { limits: { pixels: Number.POSITIVE_INFINITY }, runner, ...(signal && { signal }) })
  const file = await searchTarget(target, image, choices.transform, code, decode, { runner, signal })
  onProgress?.(1)
  return file
}

/** Part of the time that tuning takes, for progress. */
const TUNING_SHARE = 0.7

const headerOf = ({ luma, chroma, chromaStep, chromaBalance }: Tuning) => ({
  weighting: [luma, chroma] as [number, number],
  chromaStep,
  chromaBalance,
})

const settingsOf = ({ strength, price }: Tuning, choices: ImageChoices): SearchSettings => {
  const settings = searchSettings(choices)
  return { ...settings, strength, lambda: (settings.lambda * price) / 100 }
}

/** SSIMULACRA2 of samples of the picture, which tells what step its quality takes. */
async function sampleScore(
  image: ImageData,
  choices: ImageChoices,
  options: { runner: Runner; signal?: AbortSignal | undefined },
): Promise<number> {
  const samples = samplesOf(image)
  const { alphaQuality: _, ...others } = choices
  const sampled: ImageChoices = { ...others, effort: 1, tileSize: 0 }
  const file = await encodeTiles(samples, imageHeader(samples, sampled, SAMPLE_STEP), searchSettings(sampled), options)
  return scoreOf(samples, file, options)
}

async function scoreOf(image: ImageData, file: Uint8Array, options: { runner: Runner; signal?: AbortSignal | undefined }): Promise<number> {
  const decoded = await decodeImage(file, {
    limits: { pixels: Number.POSITIVE_INFINITY },
    runner: options.runner,
    ...(options.signal && { signal: options.signal }),
  })
  const task = {
    domain: 'metrics' as const,
    task: 'measureImage' as const,
    metric: 'ssimulacra2' as const,
    original: image,
    decoded,
    ground: 'white' as const,
  }
  return options.runner.run(task, { signal: options.signal })
}

/** Tunes what the middle of the picture is coded with, judged by SSIMULACRA2; see {@link tune}. `whole`: the middle is all of it. */
async function tuneTo(
  image: ImageData,
  choices: ImageChoices,
  step: number,
  trials: number,
  { onProgress, ...options }: { runner: Runner; signal?: AbortSignal | undefined; onProgress?: ((done: number) => void) | undefined },
) {
  const part = middleOf(image)
  const header = imageHeader(part, choices, step)
  let done = 0
  const trial = async (tuning: Tuning, step: number) => {
    const tried = { ...header, ...headerOf(tuning), step: Math.max(0, step) }
    const file = await encodeTiles(part, tried, settingsOf(tuning, choices), options)
    const score = await scoreOf(part, file, options)
    onProgress?.((TUNING_SHARE * ++done) / trials)
    return { file, score }
  }
  const tuned = await tune(tuningOf(header, searchSettings(choices)), step, trials, trial, image.channels < 3)
  return { ...tuned, whole: part === image }
}

async function encodeTiles(
  image: ImageData,
  header: ImageHeader,
  settings: SearchSettings,
  options: {
    runner: Runner
    signal?: AbortSignal | undefined
    onProgress?: ((done: number) => void) | undefined
    preview?: Uint8Array | undefined
  },
): Promise<Uint8Array<ArrayBuffer>> {
  const areas = tileAreas(header)
  const payloads: Uint8Array[] = new Array(areas.length * partsOf(header))
  await runAll(
    options.runner,
    areas.length,
    (index) => {
      const { width, height } = areas[index]
      return { domain: 'image' as const, task: 'encodeTile' as const, header, settings, width, height, samples: cut(image, areas[index]) }
    },
    ({ parts }, index) => {
      for (const [part, payload] of parts.entries()) payloads[part * areas.length + index] = payload
    },
    options,
  )
  return writeContainer('image', writeImageHeader(header), image.metadata ?? [], payloads, options.preview)
}
