/** A run that nobody made: two or three codecs with known curves on a few items, and pictures to go with it. */
import type { ImageData } from '../../../src/image.js'
import type { OperatingPoint, Run } from '../../../src/rd/run.js'
import { pattern } from '../../pictures.js'

/** A name that would break out of Markdown, HTML and scripts. */
export const NASTY = `</script><b>"it's" | \`x\`\n&.png`

export const stubRun: Run = {
  kind: 'image',
  anchor: 'avif',
  codecs: {
    avif: {
      label: 'AVIF, libaom 3.15.1, effort 4, tune iq, 4:4:4',
      peer: 'avif',
      options: { effort: '4' },
      setting: 'quality',
      settings: [],
    },
    laq: { label: 'laq 0.1.0, effort 5, tune perceptual', peer: 'laq', options: {}, setting: 'quality', settings: [] },
    mozjpeg: { label: 'mozjpeg 4.1.5 <4:2:0>', peer: 'mozjpeg', options: {}, setting: 'quality', settings: [] },
  },
  items: {
    'street.png': { path: 'photos/street.png', width: 540, height: 160, channels: 3 },
    'beach.png': { path: 'photos/beach.png', width: 180, height: 240, channels: 3 },
    [NASTY]: { path: `photos/${NASTY}`, width: 100, height: 75, channels: 3 },
  },
  metrics: ['psnrYDb', 'ssimulacra2', 'butteraugli3Norm'],
}

/** Bits of each codec against avif's, at equal quality. */
export const STUB_FACTOR: Record<string, number> = { avif: 1, laq: 0.9, mozjpeg: 1.5 }
export const STUB_SETTINGS = [20, 40, 60, 80]

export function stubPoints(run: Run = stubRun): OperatingPoint[] {
  return Object.keys(run.codecs).flatMap((codec) =>
    Object.entries(run.items).flatMap(([item, { width = 0, height = 0 }], i) =>
      STUB_SETTINGS.map((setting) => {
        const bpp = STUB_FACTOR[codec] * 0.1 * 2 ** (setting / 16) * (1 + i / 4)
        const bytes = Math.round((bpp * width * height) / 8)
        const seconds = (STUB_FACTOR[codec] * width * height) / 2e6
        return {
          codec,
          item,
          setting,
          bytes,
          bpp,
          psnrYDb: 25 + setting / 4,
          ssimulacra2: 10 + setting,
          butteraugli3Norm: 4 - setting / 25 - (setting / 100) ** 2,
          encodeCpuSeconds: seconds * 10,
          encodeWallSeconds: seconds * 5,
          decodeCpuSeconds: seconds,
          decodeWallSeconds: seconds,
        }
      }),
    ),
  )
}

/** Pictures of the stub's items; decoded ones lose bits by their setting. */
export const stubPictures = {
  async original(item: string): Promise<ImageData> {
    const { width = 1, height = 1 } = stubRun.items[item]
    return pattern(width, height)
  },
  async decoded({ item, setting, codec }: OperatingPoint): Promise<ImageData> {
    const image = await stubPictures.original(item)
    const step = Math.round((100 - setting) / (codec === 'laq' ? 4 : 2))
    const data = image.data.map((value) => Math.min(255, Math.round(value / step) * step))
    return { ...image, data: data as Uint8Array }
  },
}
