/** JPEG XL: by cjxl and djxl where they are installed, else by the package @jsquash/jxl. Options: effort 1..10 (default 7). */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { ImageData } from '../../../codecs/image/picture.js'
import { type Coder, type ImagePeer, MissingError, optional, settled, timed } from './peer.js'
import { readPnm, writePnm } from './pnm.js'
import { throughFiles, versionOf } from './program.js'

export const jxl: ImagePeer = {
  kind: 'image',
  name: 'jxl',
  setting: 'distance',
  settings: [0.6, 1.1, 1.7, 2.6, 3.8, 5.5, 8],
  suffix: 'jxl',
  open: async (options) => {
    const { effort = '7' } = settled('jxl', options, { effort: ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'] })
    const encoder = { command: 'cjxl', version: [['--version'], /cjxl v?([\d.]+)/] as [string[], RegExp], package: 'libjxl-tools' }
    try {
      const version = await versionOf('jxl', encoder)
      await versionOf('jxl', { ...encoder, command: 'djxl', version: [['--version'], /djxl v?([\d.]+)/] })
      return programs(version, effort)
    } catch (error) {
      if (!(error instanceof MissingError)) throw error
      return await packaged(effort).catch((other) => {
        throw other instanceof MissingError
          ? new MissingError(`${error.message}, or the package @jsquash/jxl: npm install @jsquash/jxl`)
          : other
      })
    }
  },
}

function programs(version: string, effort: string): Coder<ImageData> {
  return {
    label: `JPEG XL (cjxl ${version}), effort ${effort}`,
    encode: async (image, distance) =>
      throughFiles('cjxl', await written(image), [`in.${suffixOf(image)}`, 'out.jxl'], (input, output) => [
        ...[input, output, '--quiet', '-e', effort],
        ...['-d', String(distance), '--num_threads', '0'],
      ]),
    decode: async (bytes, original) => {
      const words = (input: string, output: string) => [input, output, '--quiet', '--num_threads', '0']
      const { bytes: file, ...spent } = await throughFiles('djxl', bytes, ['in.jxl', `out.${suffixOf(original)}`], words)
      return { media: hasAlpha(original) ? await (await import('../../io/image/png.js')).readPng(file) : readPnm(file), ...spent }
    },
  }
}

const hasAlpha = ({ channels }: ImageData): boolean => channels === 2 || channels === 4

/** What the programs read and write: PNG for alpha, which costs them some time. */
const suffixOf = (image: ImageData): string => (hasAlpha(image) ? 'png' : image.channels === 1 ? 'pgm' : 'ppm')

async function written(image: ImageData): Promise<Uint8Array> {
  if (!hasAlpha(image)) return writePnm(image)
  const { writePng } = await import('../../io/image/png.js')
  return writePng(image)
}

/** RGBA of 8 bits is all that the package takes and gives. */
async function packaged(effort: string): Promise<Coder<ImageData>> {
  const [{ default: encode, init: initEncoder }, { default: decode, init: initDecoder }] = await optional('jxl', '@jsquash/jxl', () =>
    Promise.all([import('@jsquash/jxl/encode.js'), import('@jsquash/jxl/decode.js')]),
  )
  // by itself the package fetches its modules, and fetch knows no files
  await initEncoder(await compiled('enc/jxl_enc'))
  await initDecoder(await compiled('dec/jxl_dec'))
  return {
    label: `JPEG XL (@jsquash/jxl), effort ${effort}`,
    encode: async (image, distance) => {
      const pixels = { width: image.width, height: image.height, data: rgba(image), colorSpace: 'srgb' as const }
      const [buffer, spent] = await timed(() => encode(pixels as never, { effort: Number(effort), quality: qualityOf(distance) }))
      return { bytes: new Uint8Array(buffer), ...spent }
    },
    decode: async (bytes, original) => {
      const [{ width, height, data }, spent] = await timed(() => decode(bytes.slice().buffer))
      const opaque = original.channels === 1 || original.channels === 3
      const samples = opaque ? data.filter((_, i) => i % 4 !== 3) : data
      return { media: { width, height, channels: opaque ? 3 : 4, bitDepth: 8, data: new Uint8Array(samples) }, ...spent }
    },
  }
}

/** A module of the package. */
const compiled = async (name: string) =>
  WebAssembly.compile(await readFile(createRequire(import.meta.url).resolve(`@jsquash/jxl/codec/${name}.wasm`)))

/** libjxl's own scale: distance 0.1 + 0.09 (100 - quality) down to quality 30, a parabola below. */
function qualityOf(distance: number): number {
  if (distance <= 6.4) return 100 - (distance - 0.1) / 0.09
  const [a, b, c] = [53 / 3000, -23 / 20, 25 - distance]
  return (-b - Math.sqrt(b * b - 4 * a * c)) / (2 * a)
}

function rgba({ width, height, channels, bitDepth, data }: ImageData): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(width * height * 4)
  const colours = channels < 3 ? 1 : 3
  const scale = 255 / (2 ** bitDepth - 1)
  for (let i = 0, from = 0; i < out.length; i += 4, from += channels) {
    for (let c = 0; c < 3; c++) out[i + c] = data[from + (colours === 3 ? c : 0)] * scale
    out[i + 3] = colours === channels ? 255 : data[from + colours] * scale
  }
  return out
}
