/** Encoder decisions above the tile: what quality, tune and effort mean. Nothing here is part of the format. */
import { type Chroma, hasAlpha, type ImageHeader, MAX_STEP, type Transform } from './header.js'

/** What the encoder tries, and what it trades for what. */
export interface SearchSettings {
  /** Price of a bit in squared steps. */
  lambda: number
  /** Octaves of step per octave of variance, in 1/64. */
  strength: number
  /** log2 of the sides of the largest and the smallest block, 2..6. */
  largest: number
  smallest: number
  /** Halves of a square are tried while neither it nor its quarters are cheaper by more than this factor; 0 for never. */
  halves: number
  /** Directions tried first are this far apart: 1, 2, 4 or 8; then those around the best. */
  spacing: number
  /** Modes that are quantized in full, 1..8. */
  finalists: number
  /** 1 if transforms other than the DCT are tried. */
  types: number
  /** How much the guessed price of chroma counts in the partition, 0..1. */
  chroma: number
  /** A square that costs less than this many bits is not divided. */
  settled: number
  /** Guessed price of a coefficient, in squared steps: flat + slope * sqrt(steps). */
  guessFlat: number
  guessSlope: number
  /** Coefficients below this many steps become zero without a trial. */
  zero: number
  /** 1 if every transform type and every mode of chroma is quantized in full, not only what looks cheap. */
  thorough: number
  /** Finalists whose guessed price is above this many times the best's are not quantized after all. */
  hopeless: number
}

export const TUNES = ['perceptual', 'psnr'] as const
export type Tune = (typeof TUNES)[number]

export interface ImageChoices {
  /** 0..100; also fractional, for searches. */
  quality: number
  /** Default 4:4:4. */
  chroma?: Chroma
  /** Quality of alpha, 0..100; absent, alpha follows the step of colour. */
  alphaQuality?: number
  effort: number
  tune: Tune
  transform: Transform
  /** Strength of the locally adaptive step: 1 is the tune's own, 0 a flat field. */
  laq: number
  tileSize: number
  /** SSIMULACRA2 of samples of the picture at {@link SAMPLE_STEP} and effort 1, if it is known. */
  sampleScore?: number
}

/**
 * Base step (1/24 octave) at a few qualities, linear between them. Of block files, so that with {@link stepShift} the median SSIMULACRA2
 * of photographs at effort 5 is the quality from 30 to 90 (58 pictures of Kodak, cid22, clic2025 and gb82); wavelets follow at about
 * the same bytes.
 */
const STEP_AT_QUALITY: Record<Transform, [quality: number, step: number][]> = {
  dct: [
    [0, 300],
    [20, 261],
    [30, 253],
    [40, 246],
    [50, 237],
    [60, 226],
    [70, 213],
    [80, 193],
    [85, 178],
    [90, 157],
    [94, 132],
    [100, 70],
  ],
  wavelet: [
    [0, 320],
    [75, 222],
    [90, 180],
    [100, 110],
  ],
}

/** Samples of a picture are coded at this step to tell how hard it is: that of quality 40. */
export const SAMPLE_STEP = 246
/** SSIMULACRA2 of samples of photographs then: its median. */
const USUAL_SCORE = 44
/**
 * A picture's base step follows its samples' score by so many steps a point, and by these at most: coarser little, for the sake of a hard
 * part in an easy picture.
 */
const STEPS_PER_POINT = 0.7
const MOST_FINER = 26
const MOST_COARSER = 8
/** Up to the first quality in full, from the second on not at all: near 100 all pictures score alike. */
const SHIFTED_UP_TO = [70, 95]

/**
 * What to add to the base step of a quality for a picture whose samples come to this SSIMULACRA2 at {@link SAMPLE_STEP} and effort 1.
 */
function stepShift(score: number, quality: number): number {
  const [full, none] = SHIFTED_UP_TO
  const part = Math.max(0, Math.min(1, (none - quality) / (none - full)))
  const steps = (score - USUAL_SCORE) * STEPS_PER_POINT
  return Math.round(part * Math.max(-MOST_FINER, Math.min(MOST_COARSER, steps)))
}

/**
 * Base step in 1/24 octave for a quality of 0..100.
 *
 * @param sampleScore of the picture, if it is known; see {@link stepShift}
 */
export function stepForQuality(quality: number, transform: Transform, sampleScore = USUAL_SCORE): number {
  const table = STEP_AT_QUALITY[transform]
  const above = Math.max(
    1,
    table.findIndex(([q]) => q >= quality),
  )
  const [[q0, step0], [q1, step1]] = [table[above - 1], table[above]]
  const usual = Math.round(step0 + ((step1 - step0) * (quality - q0)) / (q1 - q0))
  return Math.max(0, Math.min(MAX_STEP, usual + stepShift(sampleScore, quality)))
}

/** Up to this many pixels an image is one tile. */
const SINGLE_TILE_PIXELS = 2 ** 20
const DEFAULT_TILE = 512

/** Larger for wavelets, which see the edges of tiles. */
const DEFAULT_WAVELET_TILE = 1024

export function chooseTileSize(width: number, height: number, wanted: number, transform: Transform): number {
  if (wanted > 0) return wanted >= Math.max(width, height) ? 0 : wanted
  return width * height <= SINGLE_TILE_PIXELS && Math.max(width, height) <= 2048
    ? 0
    : transform === 'dct'
      ? DEFAULT_TILE
      : DEFAULT_WAVELET_TILE
}

/** Strength of the step field at `laq` 1, in 1/64. */
const STRENGTH: Record<Transform, number> = { dct: 10, wavelet: 8 }
/** Slope of the step over frequency of luma and chroma in 1/32, perceptual tune. */
const WEIGHTING: Record<Transform, [number, number]> = { dct: [88, 132], wavelet: [40, 48] }

/** What efforts 1 to 9 try in block files; times and gains are in bench/results. */
const EFFORTS: Pick<SearchSettings, 'largest' | 'smallest' | 'halves' | 'spacing' | 'finalists' | 'types' | 'settled'>[] = [
  { largest: 5, smallest: 4, halves: 0, spacing: 8, finalists: 1, types: 0, settled: 30 },
  { largest: 5, smallest: 3, halves: 0, spacing: 8, finalists: 1, types: 0, settled: 30 },
  { largest: 6, smallest: 2, halves: 0, spacing: 8, finalists: 1, types: 0, settled: 16 },
  { largest: 6, smallest: 2, halves: 1.15, spacing: 8, finalists: 1, types: 1, settled: 16 },
  { largest: 6, smallest: 2, halves: 1.3, spacing: 8, finalists: 2, types: 1, settled: 16 },
  { largest: 6, smallest: 2, halves: 2, spacing: 4, finalists: 3, types: 1, settled: 16 },
  { largest: 6, smallest: 2, halves: 4, spacing: 2, finalists: 5, types: 1, settled: 16 },
  { largest: 6, smallest: 2, halves: 4, spacing: 2, finalists: 5, types: 1, settled: 16 },
  { largest: 6, smallest: 2, halves: 100, spacing: 1, finalists: 8, types: 1, settled: 0 },
]

/** Codings by which the perceptual tune is fitted to a picture, at efforts 8 and 9. */
export function tuningTrials({ effort, tune, transform }: ImageChoices): number {
  if (transform !== 'dct' || tune !== 'perceptual' || effort < 8) return 0
  return effort < 9 ? 6 : 9
}

export function searchSettings({ effort, tune, laq, transform }: ImageChoices): SearchSettings {
  return {
    lambda: transform === 'wavelet' ? 0.1 : effort < 9 ? 0.3 : 0.27,
    strength: tune === 'psnr' ? 0 : Math.round(laq * STRENGTH[transform]),
    ...EFFORTS[Math.floor(effort) - 1],
    chroma: 0.3,
    guessFlat: 0.8,
    guessSlope: 0.5,
    zero: effort < 6 ? 0.4 : 0.2,
    thorough: effort < 8 ? 0 : 1,
    hopeless: effort < 8 ? 100 : 1.2,
  }
}

/** @param step base step instead of the quality's, for searches */
export function imageHeader(
  image: Pick<ImageHeader, 'width' | 'height' | 'channels' | 'bitDepth'>,
  choices: ImageChoices,
  step = stepForQuality(choices.quality, choices.transform, choices.sampleScore),
): ImageHeader {
  const { width, height, channels, bitDepth } = image
  const psnr = choices.tune === 'psnr'
  return {
    width,
    height,
    channels,
    bitDepth,
    transform: choices.transform,
    hasStepField: searchSettings(choices).strength > 0,
    tileSize: chooseTileSize(width, height, choices.tileSize, choices.transform),
    step,
    chromaStep: psnr ? 12 : 8,
    chromaBalance: 0,
    weighting: psnr ? [0, 0] : WEIGHTING[choices.transform],
    reconstruction: [0, 0],
    chroma: image.channels >= 3 ? (choices.chroma ?? '4:4:4') : '4:4:4',
    alphaStep: alphaStep(image.channels, choices, step),
  }
}

/** Alpha is finer than colour by five twelfths of an octave: its errors are edges that are not there. */
const ALPHA_STEP = -10

/** As far from the base step as the header can say. */
function alphaStep(channels: number, { alphaQuality, transform, sampleScore }: ImageChoices, step: number): number {
  if (!hasAlpha(channels)) return 0
  if (alphaQuality === undefined) return ALPHA_STEP
  return Math.min(Math.max(stepForQuality(alphaQuality, transform, sampleScore) - step, -128), 127)
}
