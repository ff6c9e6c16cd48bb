/** Pictures and sounds from files and to them. Readers and writers of formats are loaded when first needed. */
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FloatAudio } from '../../codecs/audio/floats.js'
import type { AudioData } from '../../codecs/audio/sound.js'
import type { ImageData } from '../../codecs/image/picture.js'
import type { Limits } from '../../codecs/limits.js'
import { decodeAudio } from '../audio/decode.js'
import { DECODE_AUDIO_RULES, type DecodeAudioOptions } from '../audio/decodeoptions.js'
import { type Bytes, bytesOf, nameOf } from '../calls/input.js'
import { checkRules, flag, number, type Rules, SHARED, WARNED } from '../calls/options.js'
import { type ImageSource, pictureOf } from '../calls/picture.js'
import { soundOf } from '../calls/sound.js'
import type { Warned } from '../calls/warnings.js'
import { DECODE_IMAGE_RULES, type DecodeImageOptions, decodeImage } from '../image/decode.js'
import { formatImage, type ImageWriting, parseImage } from '../io/image/image.js'
import { readNeeded, readNeededAudio } from '../io/needed.js'
import { writeWhole } from '../io/output.js'

/** Options of reading a file. */
export interface ReadOptions extends Warned {
  /** What a file may ask for. Default: `DEFAULT_LIMITS`. */
  limits?: Partial<Limits>
}

const READ_RULES: Rules<ReadOptions> = { limits: SHARED.limits, ...WARNED }

/** Options of reading a picture. */
export interface ReadImageOptions extends ReadOptions {
  /** Read damaged pictures as far as they go, with a warning. Default: false, and then they are refused. */
  tolerant?: boolean
}

const READ_IMAGE_RULES: Rules<ReadImageOptions> = { ...READ_RULES, tolerant: flag }

/** Options of writing a file. */
export interface WriteOptions extends Warned {
  /** Replace a file of that name. Default: false, and then it is an error with code 'EEXIST'. */
  force?: boolean
}

const WRITE_RULES: Rules<WriteOptions> = { force: flag, ...WARNED }

/** Options of writing a picture. */
export interface WriteImageOptions extends WriteOptions, Pick<ImageWriting, 'quality'> {}

const WRITE_IMAGE_RULES: Rules<WriteImageOptions> = { ...WRITE_RULES, quality: number(1, 100) }

/** A path, or what the bytes of a file are in. */
export type FileSource = string | URL | Bytes

const isPath = (source: unknown): source is string | URL => typeof source === 'string' || source instanceof URL

const contents = (source: FileSource): Promise<Uint8Array> => (isPath(source) ? readFile(source) : bytesOf(source, 'the source'))

/** @throws TypeError unless it is a path */
function checkPath(path: unknown): void {
  if (!isPath(path)) throw new TypeError(`the path is ${nameOf(path)}, not a string or a URL`)
}

const pathOf = (path: string | URL): string => (path instanceof URL ? fileURLToPath(path) : path)

/**
 * Reads a PNG, JPEG, WebP, AVIF, TIFF or GIF file (the first frame), turned upright.
 *
 * @param source a path, or the bytes of the file (also as an ArrayBuffer, a DataView, a Blob or a Response)
 * @throws LaqError on a file that is no picture or exceeds the limits, and what the file system says
 */
export async function readImage(source: FileSource, options: ReadImageOptions = {}): Promise<ImageData> {
  checkRules('readImage', options, READ_IMAGE_RULES)
  return parseImage(await contents(source), options.limits, options)
}

/**
 * Decodes a .laq image from a file. With a `region` or a `scale` only those bytes are read that they need.
 *
 * @throws as `decodeImage`, and what the file system says
 */
export async function decodeImageFile(path: string | URL, options: DecodeImageOptions = {}): Promise<ImageData> {
  checkPath(path)
  checkRules('decodeImageFile', options, DECODE_IMAGE_RULES)
  return decodeImage(await readNeeded(path, options), options)
}

/**
 * Writes an image in the format that the path's suffix names: PNG (8 or 16 bits, as the image), or JPEG, WebP, AVIF, TIFF, GIF.
 * The file appears when it is whole.
 *
 * @throws RangeError on a suffix that is not written, or a `quality` for one that has none, and what the file system says
 */
export async function writeImage(path: string | URL, image: ImageSource, options: WriteImageOptions = {}): Promise<void> {
  checkPath(path)
  checkRules('writeImage', options, WRITE_IMAGE_RULES)
  const target = pathOf(path)
  await writeWhole(target, await formatImage(pictureOf(image), extname(target).slice(1), options), options)
}

/** Options of reading a sound. */
export interface ReadAudioOptions extends ReadOptions {
  /**
   * Integers as Int32Array, f32 bit for bit (also what is not finite): what lossless coding wants. Default: false, and then samples are
   * f32.
   */
  exact?: boolean
  /** Keep what stands before and behind the samples of a WAV file to the byte: `writeAudio` makes the same file of it. Default: false. */
  keepChunks?: boolean
}

const READ_AUDIO_RULES: Rules<ReadAudioOptions> = { ...READ_RULES, exact: flag, keepChunks: flag }

/**
 * Reads a sound: WAV of any family and AIFF; FLAC and Ogg Vorbis by packages; these, MP3, Opus, AAC, MP4, WavPack and others by ffmpeg
 * where it is installed.
 *
 * @param source a path, or the bytes of the file (also as an ArrayBuffer, a DataView, a Blob or a Response)
 * @throws LaqError on a file that is no sound, exceeds the limits or wants what is not installed, and what the file system says
 */
export async function readAudio(source: FileSource, options: ReadAudioOptions = {}): Promise<AudioData> {
  checkRules('readAudio', options, READ_AUDIO_RULES)
  const { parseSound } = await import('../io/sound/sound.js')
  return parseSound(await contents(source), options.limits, options)
}

/**
 * Decodes a .laq sound from a file. Of a part, only those bytes are read that it needs.
 *
 * @throws as `decodeAudio`, and what the file system says
 */
export function decodeAudioFile(path: string | URL, options?: DecodeAudioOptions & { exact?: false }): Promise<FloatAudio>
export function decodeAudioFile(path: string | URL, options: DecodeAudioOptions): Promise<AudioData>
export async function decodeAudioFile(path: string | URL, options: DecodeAudioOptions = {}): Promise<AudioData> {
  checkPath(path)
  checkRules('decodeAudioFile', options, DECODE_AUDIO_RULES)
  const isPart = options.from !== undefined || options.to !== undefined
  const isTolerant = options.tolerant ?? options.onDamage !== undefined
  return decodeAudio(isPart && !isTolerant ? await readNeededAudio(path, options) : await readFile(path), options)
}

/** Writes a WAV file in the sound's own sample format. The file appears when it is whole. */
export async function writeAudio(path: string | URL, audio: AudioData, options: WriteOptions = {}): Promise<void> {
  checkPath(path)
  checkRules('writeAudio', options, WRITE_RULES)
  const { writeWav } = await import('../io/wav/wav.js')
  await writeWhole(pathOf(path), writeWav(soundOf(audio), options), options)
}
