/** Encoder decisions above the tile: what quality, tune and effort mean. Nothing here is part of the format. */
import { hasAlpha, type ImageHeader, type Transform } from './header.js'

export interface SearchSettings {
  /** 1..9: how much is tried. */
  effort: number
  /** Price of a bit in squared steps. */
  lambda: number
  /** Octaves of step per octave of variance, in 1/64. */
  strength: number
}

export type Tune = 'perceptual' | 'psnr'

export interface ImageChoices {
  /** 0..100; also fractional, for searches. */
  quality: number
  /** Of alpha, 0..100; absent, alpha has the step of the rest. */
  alphaQuality?: number
  effort: number
  tune: Tune
  transform: Transform
  /** Strength of the locally adaptive step: 1 is the tune's own, 0 a flat field. */
  laq: number
  tileSize: number
}

/**
 * Base step (1/24 octave) at a few qualities, linear between them. On photographs 75 gives 1 to 1.5 bits per pixel, 50 half
 * of that; 100 has a step of a third of an 8-bit grey level.
 */
const STEP_AT_QUALITY = [
  [0, 320],
  [75, 222],
  [90, 180],
  [100, 110],
]

/** Base step in 1/24 octave for a quality of 0..100. */
export function stepForQuality(quality: number): number {
  const above = Math.max(
    1,
    STEP_AT_QUALITY.findIndex(([q]) => q >= quality),
  )
  const [[q0, step0], [q1, step1]] = [STEP_AT_QUALITY[above - 1], STEP_AT_QUALITY[above]]
  return Math.round(step0 + ((step1 - step0) * (quality - q0)) / (q1 - q0))
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
const STRENGTH = 8

export function searchSettings({ effort, tune, laq }: ImageChoices): SearchSettings {
  return { effort, lambda: 0.1, strength: tune === 'psnr' ? 0 : Math.round(laq * STRENGTH) }
}

/** @param step base step instead of the quality's, for searches */
export function imageHeader(
  image: Pick<ImageHeader, 'width' | 'height' | 'channels' | 'bitDepth'>,
  choices: ImageChoices,
  step = stepForQuality(choices.quality),
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
    weighting: psnr ? [0, 0] : [40, 48],
    reconstruction: [0, 0],
    alphaStep: alphaStep(image.channels, choices, step),
  }
}

/** As far from the base step as the header can say. */
function alphaStep(channels: number, { alphaQuality }: ImageChoices, step: number): number {
  if (alphaQuality === undefined || !hasAlpha(channels)) return 0
  return Math.min(Math.max(stepForQuality(alphaQuality) - step, -128), 127)
}
