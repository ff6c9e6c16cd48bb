/** The bytes of a sound file to samples while they come in. */
import { withinEach } from '../../calls/deadline.js'
import { type Bytes, bytesOf } from '../../calls/input.js'
import { checkRules } from '../../calls/options.js'
import { DECODE_STREAM_RULES, type DecodeStreamOptions } from '../decodeoptions.js'
import type { Block } from '../segmentdecoder.js'
import { SoundDecoder } from '../sounddecoder.js'
import { sourceOf } from './source.js'
import { untilStopped } from './untilstopped.js'

/**
 * Decodes a sound file from pieces of any size. Blocks follow each other without gaps. `limits.samples` holds for what comes out, silence in
 * the place of what is lost included: Infinity for sounds that go on and on.
 *
 * @throws LaqError as `decodeAudio`; TypeError on a piece that holds no bytes
 */
export async function* decodeBlocks(
  bytes: AsyncIterable<Bytes> | Iterable<Bytes>,
  options: DecodeStreamOptions = {},
): AsyncGenerator<Block> {
  checkRules('decodeBlocks', options, DECODE_STREAM_RULES)
  yield* withinEach(options, (timed) => blocksOf(bytes, timed))
}

async function* blocksOf(bytes: AsyncIterable<Bytes> | Iterable<Bytes>, options: DecodeStreamOptions): AsyncGenerator<Block> {
  const pieces = sourceOf(bytes, (piece) => bytesOf(piece, 'a piece of the file'), options.signal)
  const decoder = new SoundDecoder(options)
  for await (const piece of decoder.turns.between(untilStopped(pieces, options.stop))) {
    yield* decoder.ready()
    if (piece) yield* decoder.take(piece)
  }
  yield* options.stop?.aborted && !decoder.isWhole ? decoder.leave() : decoder.finish()
}
