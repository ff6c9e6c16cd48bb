/** PAM: samples behind a header of text (Netpbm), which programs read and write in no time. Samples above 8 bits are big-endian. */
import type { ImageData } from '../../image.js'

const TYPES = ['GRAYSCALE', 'GRAYSCALE_ALPHA', 'RGB', 'RGB_ALPHA']

export function writePam({ width, height, channels, bitDepth, data }: ImageData): Uint8Array {
  const header = `P7\nWIDTH ${width}\nHEIGHT ${height}\nDEPTH ${channels}\nMAXVAL ${2 ** bitDepth - 1}\nTUPLTYPE ${TYPES[channels - 1]}\nENDHDR\n`
  const samples = Buffer.alloc(data.length * (bitDepth > 8 ? 2 : 1))
  if (bitDepth > 8) for (let i = 0; i < data.length; i++) samples.writeUInt16BE(data[i], 2 * i)
  else samples.set(data)
  return Buffer.concat([Buffer.from(header), samples])
}

/** @throws Error if it is none, or shorter than it says */
export function readPam(bytes: Uint8Array): ImageData {
  const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf('ENDHDR\n')
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, Math.max(0, end)).toString('latin1')
  const field = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(header)?.[1])
  const [width, height, channels, most] = [field('WIDTH'), field('HEIGHT'), field('DEPTH'), field('MAXVAL')]
  const deep = most > 255
  const length = width * height * channels
  const from = bytes.subarray(end + 7)
  if (end < 0 || !header.startsWith('P7\n') || !(length * (deep ? 2 : 1) <= from.length)) throw new Error('a PAM file that is none')
  let data: Uint8Array | Uint16Array = from.slice(0, length)
  if (deep) {
    const view = new DataView(from.buffer, from.byteOffset)
    data = Uint16Array.from({ length }, (_, i) => view.getUint16(2 * i))
  }
  return { width, height, channels: channels as ImageData['channels'], bitDepth: Math.ceil(Math.log2(most + 1)), data }
}
