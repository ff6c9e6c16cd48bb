/** Encoder decisions above the tile: what quality, tune and effort mean. Nothing here is part of the format. */
import type { ImageHeader, Transform } from './header.js'
import { MAX_STEP } from './header.js'

export interface SearchSettings {
  /** 1..9: how much is tried. */
  effort: number
  /** Price of a bit in squared steps. */
  lambda: number
  /** Octaves of step per octave of variance. */
  strength: number
}

export type Tune = 'perceptual' | 'psnr'

export interface ImageChoices {
  /** 0..100; also fractional, for searches. */
  quality: number
  effort: number
  tune: Tune
  transform: Transform
  /** Strength of the locally adaptive step: 1 is the tune's own, 0 a flat field. */
  laq: number
  tileSize: number
}

/** Base step at quality 0 and 100, in octaves above one 8-bit grey level. */
const STEP_OCTAVES = { worst: 7.5, best: -1.5 }
/** 8-bit grey levels are 2^6 apart in internal samples. */
const LEVEL_OCTAVES = 6

/** Base step in 1/24 octave for a quality of 0..100: the octave falls linearly. */
export function stepForQuality(quality: number): number {
  const octaves = STEP_OCTAVES.worst + (STEP_OCTAVES.best - STEP_OCTAVES.worst) * (quality / 100)
  return Math.max(0, Math.min(MAX_STEP, Math.round((octaves + LEVEL_OCTAVES) * 24)))
}

/** Up to this many pixels an image is one tile. */
const SINGLE_TILE_PIXELS = 2 ** 20
const DEFAULT_TILE = 512

export function chooseTileSize(width: number, height: number, wanted: number): number {
  if (wanted > 0) return wanted >= Math.max(width, height) ? 0 : wanted
  return width * height <= SINGLE_TILE_PIXELS && Math.max(width, height) <= 2048 ? 0 : DEFAULT_TILE
}

export function searchSettings({ effort, tune, laq }: ImageChoices): SearchSettings {
  return { effort, lambda: 0.1, strength: laq * (tune === 'psnr' ? 0 : 0.12) }
}

export function imageHeader(image: Pick<ImageHeader, 'width' | 'height' | 'channels' | 'bitDepth'>, choices: ImageChoices): ImageHeader {
  const { width, height, channels, bitDepth } = image
  const psnr = choices.tune === 'psnr'
  return {
    width,
    height,
    channels,
    bitDepth,
    transform: choices.transform,
    stepField: searchSettings(choices).strength > 0,
    tileSize: chooseTileSize(width, height, choices.tileSize),
    step: stepForQuality(choices.quality),
    chromaStep: psnr ? 12 : 8,
    weighting: psnr ? [0, 0] : [40, 48],
    reconstruction: [0, 0],
  }
}
