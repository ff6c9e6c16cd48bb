/** Blocks of samples that become one array a channel. */
import type { AudioData } from '../../../codecs/audio/sound.js'
import { LaqError } from '../../../codecs/errors.js'

export class Blocks {
  private readonly blocks: AudioData['channels'][] = []

  /** Channels of one block; all blocks have as many, of one kind. Keeps the arrays. */
  push(block: AudioData['channels']): void {
    if (block.length > 0 && block[0].length > 0) this.blocks.push(block)
  }

  /** @param channels how many there are if no block came */
  join(channels: number): AudioData['channels'] {
    const [first] = this.blocks
    if (!first) return Array.from({ length: channels }, () => new Float32Array(0))
    const length = this.blocks.reduce((sum, block) => sum + block[0].length, 0)
    const joined = first.map((plane, c) => {
      const whole = plane instanceof Int32Array ? new Int32Array(length) : new Float32Array(length)
      let at = 0
      for (const block of this.blocks) {
        // between arrays of one kind, bits are copied as they are
        whole.set(block[c], at)
        at += block[c].length
      }
      return whole
    })
    return joined as AudioData['channels']
  }
}

/** What a decoder of a package stumbled over, as the one error. */
export function damaged(format: string, error: unknown): LaqError {
  return error instanceof LaqError ? error : new LaqError('malformed', `${format}: ${(error as Error).message}`, { cause: error })
}
