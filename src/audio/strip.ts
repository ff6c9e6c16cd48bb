/** Hybrid files without their corrections. */
import { segmentCount } from '../../codecs/audio/spans.js'
import { joined } from '../../codecs/container/container.js'
import { LaqError } from '../../codecs/errors.js'
import type { Limits } from '../../codecs/limits.js'
import { type Bytes, type BytesLater, bytesNow } from '../calls/input.js'
import { checkRules, SHARED } from '../calls/options.js'
import { SoundFileWriter } from './filewriter.js'
import { openAudio } from './openfile.js'

/**
 * The lossy layer of a hybrid file as a file of its own: the one that encoding without `lossless` makes at the same gains, but that its
 * first segment is shorter where the exact sound would come late.
 *
 * @throws LaqError 'unsupported' if the file is no hybrid one, and as `decodeAudio`
 */
export function stripAudio(file: Exclude<Bytes, BytesLater>, options: { limits?: Partial<Limits> } = {}): Uint8Array<ArrayBuffer> {
  checkRules('stripAudio', options, { limits: SHARED.limits })
  const { header, length, metadata, segment } = openAudio(bytesNow(file), { samples: Number.MAX_SAFE_INTEGER, ...options.limits })
  if (header.mode !== 'hybrid') throw new LaqError('unsupported', `a ${header.mode} sound has no corrections to drop`)
  const writer = new SoundFileWriter()
  const parts = [writer.begin({ ...header, mode: 'lossy' }, metadata)]
  const count = segmentCount(header, length)
  for (let i = 0; i < count; i++) parts.push(writer.segment(segment(i, false), i === count - 1 ? length : undefined))
  parts.push(writer.end(length, undefined))
  return joined(parts)
}
