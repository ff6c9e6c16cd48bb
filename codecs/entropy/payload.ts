/** The payloads of D and c chunks, as decoders read them: bytes of the range coder. */
import { LaqError } from '../errors.js'
import type { KernelExports } from '../wasm/loader.js'

export interface PayloadReader extends KernelExports {
  /** Not 0 once more than 8 bytes past the payload's end are read: all that an encoder leaves out. */
  isOverread(): number
}

/**
 * To be asked after each step of a decoder, so that a few bytes command no more work than an encoder could have put into them.
 *
 * @throws LaqError 'malformed' if the payload has ended before what it codes
 */
export function checkPayload(exports: PayloadReader, { length }: Uint8Array): void {
  if (exports.isOverread()) throw new LaqError('malformed', `data of ${length} bytes end before what they code`)
}
