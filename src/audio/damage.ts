/** What is told of a damaged file. */
import type { LaqError } from '../../codecs/errors.js'

/** A part of a sound that is lost. */
export interface AudioDamage {
  /**
   * A segment, of which the samples are silence; a correction, without which they are near; the end of the file; or none of these is
   * known to be, but the sum of all samples is wrong.
   */
  what: 'segment' | 'correction' | 'end' | 'checksum'
  /** Number of the segment; of an end that is missing, how many there are. */
  segment: number
  /** Byte of the file where reading failed, or where something else is than what was due. */
  offset: number
  /** First sample of every channel that is lost, inclusive. */
  from: number
  /** Where the lost samples end, exclusive. */
  to: number
  /** What reading it failed with. */
  reason: LaqError
}
