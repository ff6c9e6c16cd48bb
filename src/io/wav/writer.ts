/**
 * WAV files written in pieces: a head, blocks of samples of any length, a tail; and, where the length was not known, what is to be
 * put into the head in the end.
 */
import type { AudioData } from '../../../codecs/audio/sound.js'
import { joined, type Metadata } from '../../../codecs/container/container.js'
import { LaqError } from '../../../codecs/errors.js'
import { type Warned, warner } from '../../calls/warnings.js'
import { BYTES_OF, frameBytes, type PcmLayout, packPcmInto, rounded } from '../sound/pcm.js'
import { tagsForWav } from '../tags/tags.js'
import { chunkHead, chunkOf, fileHead, paddingOf, quoted, text, type WavKind } from './chunks.js'
import { EXTENSIBLE, GUID_TAIL, IEEE_FLOAT, PCM } from './format.js'
import { isOwn, validBitsOf } from './kept.js'
import { keptOf, withoutKept } from './restore.js'

export interface WavSound extends Pick<AudioData, 'sampleRateHz' | 'sampleFormat' | 'channelMask' | 'metadata'> {
  /** 1..255. */
  channels: number
}

export interface WavWriterOptions extends Warned {
  /** Samples per channel, if it is known. Otherwise sizes are left open until {@link WavWriter.patches}. */
  length?: number
  /** Default RIFF, which becomes RF64 where it is too large. */
  kind?: WavKind
}

/** Bytes to be put into what was written already. */
export interface Patch {
  /** Bytes from the beginning of the file. */
  offset: number
  bytes: Uint8Array
}

/**
 *     const writer = new WavWriter(sound)
 *     write(writer.head)
 *     for (const block of blocks) write(writer.block(block))
 *     write(writer.tail(frames))
 *     for (const { offset, bytes } of writer.patches(frames)) overwrite(offset, bytes)   // if the length was not known
 *
 * A file whose output cannot be overwritten is one of open size, which readers know from pipes.
 */
export class WavWriter {
  /** What stands before the samples. */
  readonly head: Uint8Array<ArrayBuffer>
  private readonly layout: PcmLayout
  private readonly kind: WavKind
  private readonly keptTail?: Uint8Array
  /** Bits of a sound whose samples do not fill their bytes. */
  private readonly validBits: number | undefined
  private readonly warn: ReturnType<typeof warner>

  /** @throws LaqError 'limit' on a RIFX file of 4 GiB or more */
  constructor(
    private readonly sound: WavSound,
    private readonly options: WavWriterOptions = {},
  ) {
    const { sampleFormat, channels, metadata = [] } = sound
    const { length } = options
    this.warn = warner(options)
    this.layout = { encoding: sampleFormat, bigEndian: options.kind === 'RIFX', channels }
    this.kind = options.kind ?? 'RIFF'
    this.validBits = sampleFormat[0] === 'f' ? undefined : validBitsOf(withoutKept(metadata), BYTES_OF[sampleFormat])
    const kept = options.kind ? undefined : keptOf(metadata)
    if (kept && kept.length === length && isHeldAs(kept.header.sampleFormat, sampleFormat) && kept.header.channels === channels) {
      this.layout.encoding = kept.header.sampleFormat
      this.layout.bigEndian = kept.header.bigEndian
      this.kind = kept.header.kind
      this.head = kept.head.slice()
      this.keptTail = kept.tail
      return
    }
    if (length !== undefined && !options.kind && this.headOf(length, 'RIFF').length + this.padded(length) > MOST_RIFF) this.kind = 'RF64'
    if (length !== undefined && this.kind === 'RIFX' && this.headOf(length, 'RIFX').length + this.padded(length) > MOST_RIFF) {
      throw new LaqError('limit', `${length * frameBytes(this.layout)} bytes of samples are more than a RIFX file holds`)
    }
    this.head = this.headOf(length, this.kind)
  }

  /** Bytes that the samples take, if the length is known. */
  get dataBytes(): number {
    return (this.options.length ?? 0) * frameBytes(this.layout)
  }

  private padded(length: number): number {
    const size = length * frameBytes(this.layout)
    return size + paddingOf(size, this.kind)
  }

  /** The next samples, interleaved: of each channel as many. */
  block(channels: AudioData['channels']): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(channels[0].length * frameBytes(this.layout))
    this.blockInto(bytes, channels)
    return bytes
  }

  /** The same, into bytes that have room for them. */
  blockInto(bytes: Uint8Array, channels: AudioData['channels']): void {
    const { validBits } = this
    if (validBits === undefined || channels[0] instanceof Int32Array) {
      packPcmInto(bytes, channels, this.layout)
      return
    }
    const shift = 8 * BYTES_OF[this.layout.encoding] - validBits
    const whole = (channels as Float32Array[]).map((channel) => rounded(channel, validBits).map((value) => value << shift))
    packPcmInto(bytes, whole, this.layout)
  }

  /** What stands behind the samples. @param length samples per channel that were written */
  tail(length: number): Uint8Array {
    if (this.keptTail) return this.keptTail
    return new Uint8Array(this.padded(length) - length * frameBytes(this.layout))
  }

  /**
   * What makes the head of a file of open size that of a known one, or of one that came to less than was told; the file becomes RF64 if it
   * is too large for RIFF. A head that was kept stays as it is.
   */
  patches(length: number): Patch[] {
    const { length: told } = this.options
    if (told !== undefined) return told === length || this.keptTail ? [] : [{ offset: 0, bytes: this.headOf(length, this.kind) }]
    const size = this.head.length + this.padded(length)
    if (this.kind === 'RIFX' && size > MOST_RIFF) return []
    const kind = this.kind === 'RIFF' && size > MOST_RIFF ? 'RF64' : this.kind
    return [{ offset: 0, bytes: this.headOf(length, kind, true) }]
  }

  /** `isReserved` keeps the room that a head of unknown length has. */
  private headOf(length: number | undefined, kind: WavKind, isReserved = length === undefined): Uint8Array<ArrayBuffer> {
    const { metadata = [], sampleFormat } = this.sound
    const dataBytes = length === undefined ? Infinity : length * frameBytes(this.layout)
    const padded = dataBytes + (dataBytes === Infinity ? 0 : paddingOf(dataBytes, kind))
    const chunks = [chunkOf('fmt ', this.format(kind), kind)]
    // readers of Wave64 take padding for samples where this does not tell how many there are
    if (sampleFormat[0] === 'f' || kind === 'W64') chunks.push(chunkOf('fact', count(length ?? Infinity, kind), kind))
    for (const item of tagsForWav(metadata, this.warn)) {
      const id = text(item.bytes, 0, 4)
      if (isTag(item)) chunks.push(chunkOf(id, item.bytes.subarray(4), kind))
      else if (item.type === 'tag' && !isOwn(id)) this.warn('tags', `a tag ${quoted(id)} cannot be a chunk and is left out`)
    }
    chunks.push(chunkHead('data', kind === 'RF64' ? 0xffffffff : dataBytes, kind))
    const first = fileHead(Infinity, kind)
    const reserve =
      kind === 'RF64'
        ? new Uint8Array(DS64_BYTES)
        : kind === 'RIFF' && isReserved
          ? chunkOf('JUNK', new Uint8Array(DS64_BYTES - 8), kind)
          : new Uint8Array(0)
    const headBytes = [first, reserve, ...chunks].reduce((sum, part) => sum + part.length, 0)
    if (kind === 'RF64') reserve.set(chunkOf('ds64', ds64(headBytes + padded, dataBytes, length ?? Infinity), kind))
    return joined([fileHead(headBytes + padded, kind), reserve, ...chunks])
  }

  private format(kind: WavKind): Uint8Array {
    const { sampleRateHz, sampleFormat, channels, channelMask } = this.sound
    const isExtensible = channels > 2 || Boolean(channelMask) || this.validBits !== undefined
    // only PCM goes without the size of what follows; ffmpeg reads no RIFX that has it
    const bytes = new Uint8Array(isExtensible ? 40 : sampleFormat[0] === 'f' && kind !== 'RIFX' ? 18 : 16)
    const view = new DataView(bytes.buffer)
    const little = kind !== 'RIFX'
    const tag = sampleFormat[0] === 'f' ? IEEE_FLOAT : PCM
    const sampleBytes = BYTES_OF[sampleFormat]
    view.setUint16(0, isExtensible ? EXTENSIBLE : tag, little)
    view.setUint16(2, channels, little)
    view.setUint32(4, sampleRateHz, little)
    view.setUint32(8, sampleRateHz * channels * sampleBytes, little)
    view.setUint16(12, channels * sampleBytes, little)
    view.setUint16(14, sampleBytes * 8, little)
    if (isExtensible) {
      view.setUint16(16, 22, little)
      view.setUint16(18, this.validBits ?? sampleBytes * 8, little)
      view.setUint32(20, channelMask ?? 0, little)
      view.setUint16(24, tag, little)
      bytes.set(GUID_TAIL, 26)
    }
    return bytes
  }
}

/** Whether samples of a file's format are what it was: doubles may have been read as f32. */
const isHeldAs = (file: string, sound: string) => file === sound || (file === 'f64' && sound === 'f32')

/** The most bytes that sizes of 32 bits tell, with room for the head of the file and none for what readers take for an open size. */
const MOST_RIFF = 2 ** 32 - 2 ** 16

const DS64_BYTES = 8 + 28

/** Sizes of the file less its first 8 bytes and of the data, samples per channel (u64 each), entries of a table (u32): none. */
function ds64(fileBytes: number, dataBytes: number, length: number): Uint8Array {
  const bytes = new Uint8Array(DS64_BYTES - 8)
  const view = new DataView(bytes.buffer)
  const open = 2n ** 64n - 1n
  for (const [i, value] of [fileBytes - 8, dataBytes, length].entries())
    view.setBigUint64(8 * i, value === Infinity ? open : BigInt(value), true)
  return bytes
}

/** Body of `fact`: samples per channel, as far as 32 bits tell; of Wave64, 64. */
function count(length: number, kind: WavKind): Uint8Array {
  const bytes = new Uint8Array(kind === 'W64' ? 8 : 4)
  const view = new DataView(bytes.buffer)
  if (kind === 'W64') view.setBigUint64(0, length === Infinity ? 2n ** 64n - 1n : BigInt(length), true)
  else view.setUint32(0, Math.min(length, 0xffffffff), kind !== 'RIFX')
  return bytes
}

/** Tags whose id is four printable letters and none that has a meaning of its own here. */
function isTag({ type, bytes }: Metadata): boolean {
  const id = text(bytes, 0, 4)
  return type === 'tag' && /^[ -~]{4}$/.test(id) && !isOwn(id) && !/^(fmt |data|fact|ds64)$/.test(id)
}
