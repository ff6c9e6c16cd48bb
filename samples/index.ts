/** Inputs made by formula: no rights of others, the same samples on every machine (see arithmetic.ts and manifest.json). */
import type { AudioData } from '../src/audio.js'
import type { ImageData } from '../src/image.js'
import { deepGradient } from './gradient.js'
import { graphic } from './graphic.js'
import { music } from './music.js'
import { stillLife } from './stilllife.js'
import { voice } from './voice.js'

/** Each sample under the name of its file. */
export const SAMPLE_IMAGES: Record<string, () => ImageData> = {
  'stilllife.png': stillLife,
  'graphic.png': graphic,
  'gradient16.png': deepGradient,
}
export const SAMPLE_SOUNDS: Record<string, () => AudioData> = { 'music.wav': music, 'voice.wav': voice }
