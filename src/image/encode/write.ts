/** The file of a picture. */
import { writeContainer } from '../../../codecs/container/container.js'
import { writeImageHeader } from '../../../codecs/image/header.js'
import type { Work } from '../../threads/runner.js'
import { type Coding, code } from './code.js'

/** @param preview the file of the picture at 1:8, which goes into it */
function write({ image, header }: Coding, payloads: readonly Uint8Array[], preview?: Uint8Array): Uint8Array<ArrayBuffer> {
  return writeContainer('image', writeImageHeader(header), image.metadata ?? [], payloads, preview)
}

/** Codes a picture, its preview first, and writes both. */
export async function fileOf(coding: Coding, work: Work, onProgress?: (done: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const preview = coding.preview && (await fileOf(coding.preview, work))
  return write(coding, await code(coding, work, onProgress), preview)
}
