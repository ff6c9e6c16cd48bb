/** Hybrid files without their corrections. */
import type { AudioHeader } from '../../codecs/audio/header.js'
import { joined } from '../../codecs/container/container.js'
import { LaqError } from '../../codecs/errors.js'
import type { Limits } from '../../codecs/limits.js'
import { type Bytes, type BytesLater, bytesNow } from '../calls/input.js'
import { checkRules, SHARED } from '../calls/options.js'
import { SoundFileWriter } from './filewriter.js'
import { openAudio } from './openfile.js'
import { readSoundHeader } from './seek.js'

/**
 * The lossy layer of a hybrid file as a file of its own: the one that encoding without `lossless` makes at the same gains, but that its
 * first segment is shorter where the exact sound would come late.
 *
 * @throws LaqError 'unsupported' if the file is no hybrid one, and as `decodeAudio`
 */
export function stripAudio(file: Exclude<Bytes, BytesLater>, options: { limits?: Partial<Limits> } = {}): Uint8Array<ArrayBuffer> {
  checkRules('stripAudio', options, { limits: SHARED.limits })
  const bytes = bytesNow(file)
  const limits = { samples: Number.MAX_SAFE_INTEGER, ...options.limits }
  const { mode } = readSoundHeader(bytes, limits).header
  if (mode !== 'hybrid') throw new LaqError('unsupported', `a ${mode} sound has no corrections to drop`)
  const { header, length, metadata, segments } = openAudio(bytes, limits, false)
  const writer = new SoundFileWriter()
  const parts = [writer.begin({ ...(header as AudioHeader), mode: 'lossy' }, metadata)]
  for (const [i, { data }] of segments.entries()) parts.push(writer.segment({ data }, i === segments.length - 1 ? length : undefined))
  parts.push(writer.end(length, undefined))
  return joined(parts)
}
