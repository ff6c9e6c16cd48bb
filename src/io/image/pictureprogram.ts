/** Pictures of formats that programs read where they are installed: HEIC by heif-convert, JPEG XL by djxl. */
import { readFile } from 'node:fs/promises'
import { LaqError } from '../../../codecs/errors.js'
import type { ImageData } from '../../../codecs/image/picture.js'
import type { Limits } from '../../../codecs/limits.js'
import type { Warned } from '../../calls/warnings.js'
import { lastLine, MissingProgram, runProgram, withFile } from '../program.js'
import { withUprightTag } from './exif.js'
import { readPng } from './png.js'

interface Program {
  /** What it reads. */
  format: string
  command: string
  words: (input: string, output: string) => string[]
  /** Debian's. */
  package: string
}

const HEIF_CONVERT: Program = {
  format: 'HEIC',
  command: 'heif-convert',
  words: (input, output) => [input, output],
  package: 'libheif-examples',
}
const DJXL: Program = { format: 'JPEG XL', command: 'djxl', words: (input, output) => [input, output], package: 'libjxl-tools' }

/** Whether bytes begin as JPEG XL: a bare codestream, or boxes. ISO/IEC 18181-2. */
export function isJpegXl(bytes: Uint8Array): boolean {
  const boxes = [0, 0, 0, 12, 0x4a, 0x58, 0x4c, 0x20, 13, 10, 0x87, 10]
  return (bytes[0] === 0xff && bytes[1] === 0x0a) || boxes.every((byte, i) => bytes[i] === byte)
}

/** @throws LaqError 'unsupported' if heif-convert is not installed, 'malformed' with what it says */
export const readHeic = (bytes: Uint8Array, limits: Partial<Limits> | undefined, warned: Warned) =>
  readBy(HEIF_CONVERT, bytes, limits, warned)

/** With what djxl hands on of colour, EXIF and XMP. @throws as {@link readHeic} */
export const readJpegXl = (bytes: Uint8Array, limits: Partial<Limits> | undefined, warned: Warned) => readBy(DJXL, bytes, limits, warned)

/** The picture that a program makes a PNG of. Both turn it upright themselves. */
async function readBy(program: Program, bytes: Uint8Array, limits: Partial<Limits> | undefined, warned: Warned): Promise<ImageData> {
  const { format, command, words } = program
  try {
    return await withFile(bytes, async (path) => {
      const output = `${path}.png`
      const said = await runProgram(command, words(path, output), { onOutput: () => undefined })
      // of several pictures, each gets a number
      const png = await readFile(output)
        .catch(() => readFile(`${path}-1.png`))
        .catch(() => {
          throw new LaqError('malformed', `${format}: ${command} makes no picture of it: ${lastLine(said)}`)
        })
      const image = await readPng(png, limits, warned)
      return { ...image, metadata: withUprightTag(image.metadata ?? []) }
    })
  } catch (error) {
    if (!(error instanceof MissingProgram)) throw error
    throw new LaqError('unsupported', `${format} is read by ${command}, which is not installed (package ${program.package})`)
  }
}
