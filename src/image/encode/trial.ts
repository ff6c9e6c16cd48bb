/** Files that are made to be looked at: back to their pictures, and how good these are. */
import type { ImageData } from '../../../codecs/image/picture.js'
import type { Work } from '../../threads/runner.js'
import { decodeImage } from '../decode.js'

/** The picture of a file that was just made. */
export function decoded(file: Uint8Array, { runner, signal }: Work): Promise<ImageData> {
  return decodeImage(file, { limits: { pixels: Number.POSITIVE_INFINITY }, runner, ...(signal && { signal }) })
}

/** SSIMULACRA2 of a file, on white where there is alpha. */
export async function scoreOf(original: ImageData, file: Uint8Array, work: Work): Promise<number> {
  const picture = await decoded(file, work)
  const { runner, signal } = work
  return runner.run(
    { domain: 'metrics', task: 'measureImage', metric: 'ssimulacra2', original, decoded: picture, ground: 'white' },
    { signal },
  )
}
