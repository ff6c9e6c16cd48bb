/** PGM and PPM: samples behind a header of text (Netpbm), which programs read and write in no time. Above 8 bits they are big-endian. */
import type { ImageData } from '../../../codecs/image/picture.js'

/** @param image grey or RGB */
export function writePnm({ width, height, channels, bitDepth, data }: ImageData): Uint8Array {
  const header = Buffer.from(`P${channels === 1 ? 5 : 6}\n${width} ${height}\n${2 ** bitDepth - 1}\n`)
  const samples = Buffer.alloc(data.length * (bitDepth > 8 ? 2 : 1))
  if (bitDepth > 8) for (let i = 0; i < data.length; i++) samples.writeUInt16BE(data[i], 2 * i)
  else samples.set(data)
  return Buffer.concat([header, samples])
}

/** @throws Error if it is none, or shorter than it says */
export function readPnm(bytes: Uint8Array): ImageData {
  const [head, type, ...numbers] = /^P([56])\s(\d+)\s(\d+)\s(\d+)\s/.exec(Buffer.from(bytes.subarray(0, 64)).toString('latin1')) ?? ['']
  const [width, height, most] = numbers.map(Number)
  const channels = type === '5' ? 1 : 3
  const deep = most > 255
  const length = width * height * channels
  const samples = bytes.subarray(head.length)
  if (!head || samples.length < length * (deep ? 2 : 1)) throw new Error('a PGM or PPM file that is none')
  const view = new DataView(samples.buffer, samples.byteOffset)
  const data = deep ? Uint16Array.from({ length }, (_, i) => view.getUint16(2 * i)) : new Uint8Array(samples.subarray(0, length))
  return { width, height, channels, bitDepth: Math.ceil(Math.log2(most + 1)), data }
}
