/** What a sound file holds, and what its encoder decided. */
import type { AudioHeader, SampleFormat, SoundFacts, SoundHeader } from '../../codecs/audio/header.js'
import type { AudioSegmentSamples } from '../../codecs/audio/lossy/segment.js'
import { frameCount, segmentCount, segmentFrames, segmentRange } from '../../codecs/audio/spans.js'
import type { Metadata } from '../../codecs/container/container.js'
import { checkLimit } from '../../codecs/limits.js'
import { inThisThread } from '../threads/runner.js'
import type { DecodeAudioOptions } from './decodeoptions.js'
import { inOrder, segmentsAhead } from './inorder.js'
import { openAudio, type SoundFile } from './openfile.js'

/** Frames of a sound, all channels together. Frame t is around sample t * lines, and reaches as far as the frames beside it. */
export interface AudioFrames {
  /** How many there are. */
  count: number
  /** Lines of a frame, and samples from one frame to the next. */
  lines: number
  /** Size of the smallest block of each frame, 0..4: it has lines / 2 ** smallest lines. */
  smallest: Uint8Array
  /** Bits of mid/side and envelope of each frame. */
  sideBits: Float32Array
  /** First frequency of each band. */
  bandHz: number[]
  /** 1 for each frame (row) and band where channels 0 and 1 are coded as mid and side, in the frame's first block; else 0. */
  midSide: Uint8Array
  /** Bits of the lines of each frame (row) and band; bands of smaller blocks are split among those that they reach into. */
  bandBits: Float32Array
}

/** Bytes that each segment takes: what it gives and when. */
export interface AudioSegments {
  /** Second at which each begins, and the end of the last. */
  startSeconds: number[]
  /** Size of each segment's sound; of a hybrid file, of its lossy layer. */
  bytes: number[]
  /** Size of each segment's correction, in hybrid files. */
  correctionBytes?: number[]
}

/** What a sound file holds. */
export interface AudioInspection {
  /** Tells it from a picture. */
  kind: 'audio'
  /** What the header says, and what follows from it. */
  audio: {
    /** Whether samples come back bit for bit: 'lossy', 'lossless', or 'hybrid', which has a lossy layer and corrections. */
    mode: SoundHeader['mode']
    /** Samples of a channel in a second. */
    sampleRateHz: number
    /** 1..255. */
    channels: number
    /** What the samples were, and are to be written as again. */
    sampleFormat: SampleFormat
    /** Loudspeaker positions as in WAVE_FORMAT_EXTENSIBLE; 0 if unknown. */
    channelMask: number
    /** Samples per channel. */
    length: number
    /** How long it lasts. */
    seconds: number
    /** How many parts decode on their own. */
    segments: number
    /** Samples per channel of a segment, but for the first and the last. */
    segmentSamples: number
    /** Whether the header told the length, which streams do only at their end. */
    isLengthInHeader: boolean
    /** MD5 of the samples of lossless and hybrid sounds, as interleaved little-endian bytes of the format, in hexadecimal. */
    md5?: string
    /** Lines of a long frame, and the settings of the steps as FORMAT.md has them, of sounds with a lossy layer. */
    lossy?: Omit<AudioHeader, 'mode' | keyof SoundFacts>
    /** What each segment takes. */
    segmentBytes: AudioSegments
    /** Bits spent on block switching and gain, on mid/side, on the envelope, and on the lines of each band. Only with `detail`. */
    bits?: AudioSegmentSamples['bits']
    /** Step of each frame (row) and band against the gain, in 1/64 octave, of the first channel or pair. Only with `detail`. */
    stepField?: {
      /** Rows. */
      frames: number
      /** First frequency of each band, in Hz. */
      bandHz: number[]
      /** Row by row. */
      values: Int16Array
    }
    /** What each frame is and takes. Only with `detail`. */
    frames?: AudioFrames
  }
}

type Found = AudioInspection & { headerBytes: number; metadata: Metadata[] }

/** Facts of a sound file; with `detail` the segments of its lossy layer are decoded to count bits. @throws LaqError as decodeAudio does */
export async function inspectAudio(bytes: Uint8Array, options: DecodeAudioOptions & { detail?: boolean }): Promise<Found> {
  const file = openAudio(bytes, options.limits)
  const { header, length, metadata, md5, headerBytes } = file
  const { mode, sampleRateHz, channels, sampleFormat, channelMask } = header
  const found: Found = {
    kind: 'audio',
    audio: {
      mode,
      sampleRateHz,
      channels,
      sampleFormat,
      channelMask,
      length,
      seconds: length / sampleRateHz,
      segments: segmentCount(header, length),
      segmentSamples: mode === 'lossless' ? header.segmentSamples : header.segmentFrames * header.lines,
      isLengthInHeader: header.length !== undefined,
      ...(md5 && { md5: [...md5].map((byte) => byte.toString(16).padStart(2, '0')).join('') }),
      segmentBytes: segmentBytesOf(file),
    },
    headerBytes,
    metadata,
  }
  if (header.mode === 'lossless') return found
  found.audio.lossy = lossyFacts(header)
  if (options.detail && length > 0) await addDetail(found, file, options)
  return found
}

/** What is in the header of a lossy layer alone. */
function lossyFacts(header: AudioHeader): NonNullable<AudioInspection['audio']['lossy']> {
  const { mode, sampleRateHz, channels, sampleFormat, channelMask, length, ...lossy } = header
  return lossy
}

function segmentBytesOf({ header, length, segments }: SoundFile): AudioSegments {
  const starts = segments.map((_, i) => segmentRange(header, length, i).start)
  return {
    startSeconds: [...starts, length].map((sample) => sample / header.sampleRateHz),
    bytes: segments.map(({ data }) => data.length),
    ...(header.mode === 'hybrid' && { correctionBytes: segments.map(({ correction }) => correction!.length) }),
  }
}

async function addDetail({ audio }: Found, file: SoundFile, { limits, signal, runner = inThisThread }: DecodeAudioOptions): Promise<void> {
  const { header, length } = file
  if (header.mode === 'lossless') return
  checkLimit('samples', length * header.channels, limits)
  const frames = frameCount(length, header.lines)
  const bits: AudioSegmentSamples['bits'] = { switching: 0, stereo: 0, envelope: 0, bands: [] }
  const field = { frames, bandHz: [] as number[], values: new Int16Array(0) }
  const taken: AudioFrames = {
    count: frames,
    lines: header.lines,
    smallest: new Uint8Array(frames),
    sideBits: new Float32Array(frames),
    bandHz: [],
    midSide: new Uint8Array(0),
    bandBits: new Float32Array(0),
  }
  const decode = (index: number) => {
    const { frames } = segmentFrames(header, length, index)
    return runner.run({ domain: 'audio', task: 'decodeSegment', header, frames, payload: file.segments[index].data.slice() }, { signal })
  }
  let index = 0
  for await (const result of inOrder(audio.segments, segmentsAhead(runner), decode, signal)) {
    const { first } = segmentFrames(header, length, index++)
    const bands = result.bandHz.length
    if (field.values.length === 0) {
      field.bandHz = result.bandHz
      field.values = new Int16Array(frames * bands)
      bits.bands = new Array(bands).fill(0)
      taken.bandHz = result.bandHz
      taken.midSide = new Uint8Array(frames * bands)
      taken.bandBits = new Float32Array(frames * bands)
    }
    field.values.set(result.stepField, first * bands)
    taken.smallest.set(result.smallest, first)
    taken.midSide.set(result.midSide, first * bands)
    taken.sideBits.set(result.sideBits, first)
    taken.bandBits.set(result.bandBits, first * bands)
    bits.switching += result.bits.switching
    bits.stereo += result.bits.stereo
    bits.envelope += result.bits.envelope
    for (const [b, count] of result.bits.bands.entries()) bits.bands[b] += count
  }
  audio.bits = bits
  audio.stepField = field
  audio.frames = taken
}
