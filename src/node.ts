/** laq/node: files and threads. Readers and writers of formats are loaded when first needed. */
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { Limits } from '../codecs/limits.js'
import { type AudioData, type DecodeAudioOptions, decodeAudio, type FloatAudio } from './audio.js'
import { type DecodeImageOptions, decodeImage, type ImageData } from './image.js'
import { formatImage, parseImage } from './io/image.js'
import { readNeeded, readNeededAudio } from './io/needed.js'
import { writeWhole } from './io/output.js'
import type { Warned } from './warnings.js'

export {
  type AudioSource,
  type AudioTarget,
  type DecodeFileOptions,
  decodeAudioStream,
  type EncodeStreamOptions,
  encodeAudioStream,
  type StreamedAudio,
} from './io/soundstream.js'
export { createPool, type Pool } from './pool.js'

export interface ReadOptions extends Warned {
  limits?: Partial<Limits>
}

export interface ReadImageOptions extends ReadOptions {
  /** Read damaged pictures as far as they go, with a warning; otherwise they are refused. */
  tolerant?: boolean
}

export interface WriteOptions extends Warned {
  /** Replace a file of that name; otherwise it is an error with code 'EEXIST'. */
  force?: boolean
}

/**
 * Reads a PNG, JPEG, WebP, AVIF, TIFF or GIF file (the first frame), turned upright.
 *
 * @param source a path, or the bytes of the file
 * @throws LaqError on a file that is no picture or exceeds the limits, and what the file system says
 */
export async function readImage(source: string | URL | Uint8Array, options: ReadImageOptions = {}): Promise<ImageData> {
  return parseImage(source instanceof Uint8Array ? source : await readFile(source), options.limits, options)
}

/**
 * Decodes a .laq image from a file. With a `region` or a `scale` only those bytes are read that they need.
 *
 * @throws as `decodeImage`, and what the file system says
 */
export async function decodeImageFile(path: string | URL, options: DecodeImageOptions = {}): Promise<ImageData> {
  return decodeImage(await readNeeded(path, options), options)
}

/**
 * Writes an image in the format that the path's suffix names: PNG (8 or 16 bits, as the image), or JPEG, WebP, AVIF, TIFF, GIF.
 * The file appears when it is whole.
 */
export async function writeImage(path: string, image: ImageData, options: WriteOptions = {}): Promise<void> {
  await writeWhole(path, await formatImage(image, extname(path).slice(1), options), options)
}

export interface ReadAudioOptions extends ReadOptions {
  /** Integers as Int32Array, f32 bit for bit (also what is not finite): what lossless coding wants. Otherwise samples are f32. */
  exact?: boolean
  /** Of WAV files, keep what stands before and behind the samples to the byte: `writeAudio` makes the same file of it. */
  keepChunks?: boolean
}

/**
 * Reads a sound: WAV of any family and AIFF; FLAC and Ogg Vorbis by packages; these, MP3, Opus, AAC, MP4, WavPack and others by ffmpeg
 * where it is installed.
 *
 * @param source a path, or the bytes of the file
 * @throws LaqError on a file that is no sound, exceeds the limits or wants what is not installed, and what the file system says
 */
export async function readAudio(source: string | URL | Uint8Array, options: ReadAudioOptions = {}): Promise<AudioData> {
  const { parseSound } = await import('./io/sound.js')
  return parseSound(source instanceof Uint8Array ? source : await readFile(source), options.limits, options)
}

/**
 * Decodes a .laq sound from a file. Of a part, only those bytes are read that it needs.
 *
 * @throws as `decodeAudio`, and what the file system says
 */
export function decodeAudioFile(path: string | URL, options?: DecodeAudioOptions & { exact?: false }): Promise<FloatAudio>
export function decodeAudioFile(path: string | URL, options: DecodeAudioOptions): Promise<AudioData>
export async function decodeAudioFile(path: string | URL, options: DecodeAudioOptions = {}): Promise<AudioData> {
  const isPart = options.from !== undefined || options.to !== undefined
  const isTolerant = options.tolerant ?? options.onDamage !== undefined
  return decodeAudio(isPart && !isTolerant ? await readNeededAudio(path, options) : await readFile(path), options)
}

/** Writes a WAV file in the sound's own sample format. The file appears when it is whole. */
export async function writeAudio(path: string, audio: AudioData, options: WriteOptions = {}): Promise<void> {
  const { writeWav } = await import('./io/wav.js')
  await writeWhole(path, writeWav(audio, options), options)
}
