/** Samples of WAV files, from pieces of any size. */
import type { AudioData } from '../../../codecs/audio/sound.js'
import type { Metadata } from '../../../codecs/container/container.js'
import { unpackPcm } from '../sound/pcm.js'
import type { WavHeader, WavParserOptions } from './facts.js'
import { WavParser } from './parser.js'
import { asHeld, checkFinite, unpackExactly } from './samples.js'

export interface WavReaderOptions extends WavParserOptions {
  /**
   * For lossy coding: doubles are rounded to f32, and floats that are not finite refused. Otherwise doubles that f32 does not hold are
   * refused, and the others are a sound of f32.
   */
  lossy?: boolean
}

/**
 * Samples of a WAV file from pieces of it: integers as Int32Array, f32 bit for bit.
 *
 *     const reader = new WavReader()
 *     for (const piece of file) use(reader.push(piece))   // planar blocks, of any length
 *     reader.finish()
 *
 * @throws as {@link WavParser}; 'unsupported' on a double that f32 does not hold
 */
export class WavReader {
  private readonly parser: WavParser

  constructor(private readonly options: WavReaderOptions = {}) {
    this.parser = new WavParser(options)
  }

  /** Known before the first samples come. `encoding` is what the file has, `sampleFormat` what the samples are. */
  get header(): WavHeader | undefined {
    const { header } = this.parser
    return header && (this.options.lossy ? header : asHeld(header))
  }

  /** See {@link WavParser.dataOffset}. */
  get dataOffset(): number {
    return this.parser.dataOffset
  }

  /** See {@link WavParser.metadata}. */
  get metadata(): Metadata[] {
    return this.parser.metadata
  }

  /** Samples per channel so far. */
  get frames(): number {
    return this.parser.frames
  }

  /** Takes the file's next bytes. @returns the samples that they complete: as many channels as the header has, none before there is one */
  push(bytes: Uint8Array): AudioData['channels'] {
    const before = this.parser.frames
    const data = this.parser.push(bytes)
    if (!this.parser.header) return []
    if (!this.options.lossy) return unpackExactly(data, this.parser.header, before)
    const block = unpackPcm(data, this.parser.header)
    checkFinite(block, before)
    return block
  }

  finish(): void {
    this.parser.finish()
  }
}
