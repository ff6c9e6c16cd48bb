import { expect, test } from 'vitest'
import PRIORS from '../../codecs/image/blocks/priors.js'
import { settingsArray } from '../../codecs/image/blocks/tile.js'
import { tileParameters } from '../../codecs/image/parameters.js'
import { type ImageChoices, imageHeader, searchSettings } from '../../codecs/image/settings.js'
import { fromBase64, place, scoped } from '../../codecs/wasm/loader.js'
import type { ImageData } from '../../src/index.js'
import { pattern } from '../pictures.js'
import { kernel } from '../stages.js'

/** Alpha is coded apart: tiles of blocks have 1 or 3 planes. */
const cases: [string, ImageData, Partial<ImageChoices>][] = [
  ['as it comes', pattern(150, 100), {}],
  ['least effort', pattern(70, 130), { effort: 1 }],
  ['most effort', pattern(70, 60), { effort: 9 }],
  ['halved chroma', pattern(140, 90), { chroma: '4:2:0', effort: 7 }],
  ['halved chroma, 10 bits', pattern(67, 83, 3, 10), { chroma: '4:2:0', quality: 95 }],
  ['grey, coarse', pattern(90, 70, 1), { quality: 5 }],
  ['grey of 16 bits, best', pattern(31, 77, 1, 16), { quality: 100, tune: 'psnr' }],
]

test.each(cases)('%s: what the encoder predicts from is what the decoder has', (_, image, choices) => {
  const all: ImageChoices = { quality: 75, effort: 5, tune: 'perceptual', transform: 'dct', laq: 1, tileSize: 0, ...choices }
  const differing = scoped(kernel, () => {
    const parameters = tileParameters(kernel, imageHeader(image, all))
    const [priors, settings] = [place(kernel, fromBase64(PRIORS)), place(kernel, settingsArray(searchSettings(all)))]
    return kernel.exports.drift(image.width, image.height, parameters, priors, place(kernel, image.data), settings)
  })
  expect(differing).toBe(0)
})
