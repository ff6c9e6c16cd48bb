/**
 * FLAC files, by the package @wasm-audio-decoders/flac if it is there, else by the program flac, else by ffmpeg. Samples are the integers
 * of the file; those of fewer bits than their bytes stand at the top, as in WAV.
 *
 *     'fLaC'  metadata blocks: last? (1 bit) type (7 bits) size (u24) bytes   frames
 *     block 0: block sizes (u16, u16)  frame sizes (u24, u24)  rate (20 bits)  channels - 1 (3)  bits - 1 (5)  samples (36)  MD5 (16 bytes)
 *
 * Source: RFC 9639.
 */
import type { AudioData } from '../../../codecs/audio/sound.js'
import type { Metadata } from '../../../codecs/container/container.js'
import { Md5 } from '../../../codecs/container/md5.js'
import { LaqError } from '../../../codecs/errors.js'
import { checkLimit, type Limits, METADATA_OVERHEAD } from '../../../codecs/limits.js'
import { type Warned, warner } from '../../calls/warnings.js'
import { lastLine, MissingProgram, runProgram, withFile } from '../program.js'
import { channelMaskOf } from '../tags/tags.js'
import { text } from '../wav/chunks.js'
import { validBitsTag } from '../wav/kept.js'
import { WavReader } from '../wav/reader.js'
import { Blocks, damaged } from './blocks.js'
import { readByFfmpeg } from './ffmpeg.js'
import { flacFrames } from './flacframes.js'
import { flacBlock } from './ogg.js'
import { BYTES_OF, packPcm } from './pcm.js'

interface FlacFacts {
  sampleRateHz: number
  channels: number
  bits: number
  /** Samples per channel; 0 if the writer left it open. */
  length: number
  /** MD5 of the samples; all zeros if the writer left it out. */
  md5: Uint8Array
  metadata: Metadata[]
  /** Where the first frame begins. */
  framesAt: number
}

/** @throws LaqError 'unsupported', 'malformed', 'truncated', 'limit' */
export function readFlacFacts(bytes: Uint8Array, limits: Partial<Limits> = {}): FlacFacts {
  if (text(bytes, 0, 4) !== 'fLaC') throw new LaqError('unsupported', 'not a FLAC file')
  const metadata: Metadata[] = []
  let tagBytes = 0
  let facts: FlacFacts | undefined
  for (let at = 4; ; ) {
    if (at + 4 > bytes.length) throw new LaqError('truncated', `FLAC: the file ends at byte ${bytes.length}, within its metadata`)
    const size = (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
    const body = bytes.subarray(at + 4, at + 4 + size)
    if (body.length < size) throw new LaqError('truncated', `FLAC: a block at byte ${at} has ${body.length} of its ${size} bytes`)
    const type = bytes[at] & 127
    if (type === 0) facts = { ...streamFacts(body), metadata, framesAt: 0 }
    for (const tag of flacBlock(type, body)) {
      tagBytes += size + METADATA_OVERHEAD
      checkLimit('metadataBytes', tagBytes, limits)
      metadata.push(tag)
    }
    const isLast = bytes[at] > 127
    at += 4 + size
    if (!isLast) continue
    if (!facts) throw new LaqError('malformed', 'FLAC: no STREAMINFO block')
    checkLimit('samples', facts.length * facts.channels, limits)
    return { ...facts, framesAt: at }
  }
}

function streamFacts(body: Uint8Array): Pick<FlacFacts, 'sampleRateHz' | 'channels' | 'bits' | 'length' | 'md5'> {
  if (body.length < 34) throw new LaqError('malformed', `FLAC: ${body.length} bytes of STREAMINFO, not 34`)
  const word = new DataView(body.buffer, body.byteOffset).getUint32(10)
  const sampleRateHz = word >>> 12
  const bits = ((word >>> 4) & 31) + 1
  if (sampleRateHz === 0 || bits < 4) throw new LaqError('malformed', `FLAC: ${bits} bits at ${sampleRateHz} Hz`)
  const length = (word & 15) * 2 ** 32 + new DataView(body.buffer, body.byteOffset).getUint32(14)
  return { sampleRateHz, bits, channels: ((word >>> 9) & 7) + 1, length, md5: body.slice(18, 34) }
}

/** Loudspeakers of as many channels, as RFC 9639, 9.1.3, has them. */
const MASKS = [undefined, undefined, undefined, 0x7, 0x33, 0x37, 0x3f, 0x70f, 0x63f]

/**
 * Reads a FLAC file, its samples exact.
 *
 * @throws LaqError 'unsupported' if nothing is installed that reads it, 'malformed' (also where samples are not those of its MD5),
 *   'truncated', 'limit'
 */
export async function readFlac(bytes: Uint8Array, limits?: Partial<Limits>, warned: Warned = {}): Promise<AudioData> {
  const facts = readFlacFacts(bytes, limits)
  const { sampleRateHz, metadata } = facts
  let failure: LaqError | undefined
  try {
    const channels = await samplesByPackage(bytes, facts, limits, warner(warned))
    const mask = channelMaskOf(metadata) ?? MASKS[facts.channels]
    if (channels) {
      checkSamples(channels, facts)
      return { sampleRateHz, sampleFormat: formatOf(facts.bits), ...(mask && { channelMask: mask }), channels, metadata }
    }
  } catch (error) {
    // frames of more than 512 KiB are beyond it, and rates that only block 0 tells
    if (!(error instanceof LaqError) || error.code === 'limit') throw error
    failure = error
  }
  try {
    const { channels, channelMask, ...sound } = await readByProgram(bytes, limits)
    checkSamples(channels as Int32Array[], facts)
    const mask = channelMaskOf(metadata) ?? (channels.length > 2 && channelMask)
    return {
      ...sound,
      ...(mask && { channelMask: mask }),
      channels,
      metadata: [...metadata, ...validBitsTag(facts.bits, BYTES_OF[formatOf(facts.bits)])],
    }
  } catch (error) {
    throw error instanceof LaqError && error.code !== 'limit' ? (failure ?? error) : error
  }
}

/** @throws LaqError 'truncated', 'malformed' */
function checkSamples(planes: Int32Array[], { length, md5, bits }: FlacFacts): void {
  const found = planes[0].length
  if (length > 0 && found < length) throw new LaqError('truncated', `FLAC: ${found} of ${length} samples are sound`)
  if (md5.every((byte) => byte === 0)) return
  const shift = 8 * BYTES_OF[formatOf(bits)] - bits
  const low = shift === 0 ? planes : planes.map((plane) => plane.map((value) => value >> shift))
  if (!isOf(md5, low, bits)) throw new LaqError('malformed', 'FLAC: the samples are not those of its MD5')
}

const formatOf = (bits: number) => (['u8', 's16', 's24', 's32'] as const)[Math.ceil(bits / 8) - 1]

/** Samples that are decoded at a time, all channels together. */
const DECODED = 2 ** 18

/** What the package gives right: f32 of a scale that it knows for no other number of bits. */
const PACKAGE_BITS = [8, 16, 24]

/** Nothing if the package is not there, or does not give such samples. */
async function samplesByPackage(
  file: Uint8Array,
  facts: FlacFacts,
  limits: Partial<Limits> | undefined,
  warn: ReturnType<typeof warner>,
): Promise<Int32Array[] | undefined> {
  const { bits, framesAt } = facts
  if (!PACKAGE_BITS.includes(bits)) return
  const { FLACDecoder } = await import('@wasm-audio-decoders/flac').catch(() => ({ FLACDecoder: undefined }))
  if (!FLACDecoder) return
  // full scale is 2^(bits - 1) - 1 there; f32 tells all integers of up to 24 bits apart
  const scale = 2 ** (bits - 1) - 1
  const blocks = new Blocks()
  const decoder = new FLACDecoder()
  await decoder.ready
  const decode = async (frames: Uint8Array[]) => {
    const { channelData, samplesDecoded } = await decoder.decodeFrames(frames)
    if (samplesDecoded > 0) blocks.push(channelData.map((plane) => Int32Array.from(plane, (x) => Math.round(x * scale))))
  }
  try {
    let count = 0
    let end = framesAt
    let frames: Uint8Array[] = []
    let waiting = 0
    // its own search for frames loses the last one if that is short
    for (const { bytes, samples, channels } of flacFrames(file, framesAt)) {
      if (channels !== facts.channels) throw new LaqError('malformed', `FLAC: ${channels} channels, not ${facts.channels}`)
      count += samples * channels
      checkLimit('samples', count, limits)
      frames.push(bytes)
      end += bytes.length
      waiting += samples * channels
      if (waiting < DECODED) continue
      await decode(frames)
      frames = []
      waiting = 0
    }
    await decode(frames)
    decoder.free()
    if (end < file.length) warnOfRest(file.subarray(end), warn)
  } catch (error) {
    // the memory of one that has stumbled may be in no state to be freed, and goes with it
    throw damaged('FLAC', error)
  }
  return blocks.join(facts.channels).map((plane) => (plane instanceof Int32Array ? plane : new Int32Array(plane.length)))
}

function warnOfRest(rest: Uint8Array, warn: ReturnType<typeof warner>): void {
  if (/^(TAG|APETAGEX)/.test(text(rest, 0, 8))) warn('tags', 'a tag behind the samples is left out')
  else warn('damaged', `${rest.length} bytes behind the last whole frame are left out`)
}

/** Whether samples have this MD5: that of them interleaved, signed, in as few bytes as hold them. */
function isOf(md5: Uint8Array, planes: Int32Array[], bits: number): boolean {
  const encoding = (['s8', 's16', 's24', 's32'] as const)[Math.ceil(bits / 8) - 1]
  const sum = new Md5()
  for (let at = 0; at < planes[0].length; at += SUMMED) {
    const part = planes.map((plane) => plane.subarray(at, at + SUMMED))
    sum.update(packPcm(part, { encoding, bigEndian: false, channels: planes.length }))
  }
  return sum.digest().every((byte, i) => byte === md5[i])
}

/** Samples whose bytes are made at a time. */
const SUMMED = 65_536

async function readByProgram(file: Uint8Array, limits?: Partial<Limits>): Promise<AudioData> {
  const reader = new WavReader({ ...(limits && { limits }) })
  const blocks = new Blocks()
  try {
    const said = await withFile(file, (path) =>
      runProgram('flac', ['-d', '-s', '-c', '--', path], { onOutput: (part) => blocks.push(reader.push(part)) }),
    )
    if (!reader.header) throw new LaqError('malformed', `FLAC: flac gives no samples: ${lastLine(said)}`)
    reader.finish()
    const { sampleRateHz, sampleFormat, channelMask, channels } = reader.header
    return { sampleRateHz, sampleFormat, ...(channelMask !== undefined && { channelMask }), channels: blocks.join(channels) }
  } catch (error) {
    if (!(error instanceof MissingProgram)) throw error
  }
  try {
    return await readByFfmpeg(file, { name: 'FLAC', demuxer: 'flac' }, limits, { exact: true })
  } catch (error) {
    if (!(error instanceof LaqError) || error.code !== 'unsupported') throw error
    const wanted = 'the package @wasm-audio-decoders/flac (8, 16, 24 bits), or the program flac or ffmpeg'
    throw new LaqError('unsupported', `FLAC needs ${wanted}; none is installed`)
  }
}
