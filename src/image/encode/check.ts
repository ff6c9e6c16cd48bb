/** What encodeImage is asked for: its options, and the request that they make once they are found in order. */
import { CHROMA, type Chroma, TRANSFORMS, type Transform } from '../../../codecs/image/header.js'
import type { ImageData } from '../../../codecs/image/picture.js'
import { type ImageChoices, TUNES, type Tune } from '../../../codecs/image/settings.js'
import { checkRules, choice, flag, integer, number, type Rules, SHARED, WARNED } from '../../calls/options.js'
import { type ImageSource, pictureOf } from '../../calls/picture.js'
import { type Warned, warner } from '../../calls/warnings.js'
import { inThisThread, type Runner, type Work } from '../../threads/runner.js'
import { hdrOf } from '../colourspace.js'
import { type ImageTargets, TARGET_RULES, type Target, targetOf } from './target.js'

/** Options of encoding a picture. Of `quality` and the targets one at most is given. */
export interface EncodeImageOptions extends ImageTargets, Warned {
  /**
   * How good the picture is to look, 0..100. With the DCT and the perceptual tune it is about the SSIMULACRA2 of the result: of photographs
   * within some 10 points at 30 and 3 at 80. Samples of the picture are coded first to see how hard it is; effort 1 leaves that out. Default:
   * 75.
   */
  quality?: number
  /** Quality of alpha, 0..100. Default: alpha has a step that is finer than that of colour by five twelfths of an octave. */
  alphaQuality?: number
  /**
   * Time spent for smaller files, 1..9. From 8 on the perceptual tune is fitted to the picture by trial. Wavelet files are the same at every
   * effort. Default: 5.
   */
  effort?: number
  /** What errors should look like: least to the eye, or least in squared difference ('psnr'). Default: 'perceptual'. */
  tune?: Tune
  /** Samples of chroma: as many as of luma, or half as many each way ('4:2:0', for the DCT). Default: '4:4:4'. */
  chroma?: Chroma
  /** How blocks of samples become numbers. Of 'wavelet' files a prefix decodes at 1/2, 1/4 and 1/8. Default: 'dct'. */
  transform?: Transform
  /** Strength of locally adaptive steps, 0..3: 1 is the tune's own, 0 is one step for all. Default: 1. */
  laq?: number
  /**
   * Side of the tiles in pixels, a multiple of 64 up to 2048; 0 is the default: one tile up to 1 megapixel (and 2048 pixels a side), else
   * 512, with wavelets 1024, or 2048 for pictures that look drawn.
   */
  tileSize?: number
  /**
   * Store the picture at 1:8 at the front of the file, coarsely, for some 2 % of its bytes. It is for the DCT; wavelet files hold smaller
   * pictures as they are. Default: false.
   */
  preview?: boolean
  /** Ends the encoding within 0.1 s, wherever its tiles are coded. The call fails with the signal's reason. */
  signal?: AbortSignal
  /** Called with the part done, 0..1; of a search for a target it is a guess that never falls. */
  onProgress?: (done: number) => void
  /** Where tiles are coded. Default: this thread, whose timers and other work have turns meanwhile. See `createPool` of laq/node. */
  runner?: Runner
}

const RULES: Rules<EncodeImageOptions> = {
  quality: number(0, 100),
  alphaQuality: number(0, 100),
  effort: integer(1, 9),
  tune: choice(...TUNES),
  chroma: choice(...CHROMA),
  transform: choice(...TRANSFORMS),
  laq: number(0, 3),
  tileSize: integer(0, 2048, 64),
  preview: flag,
  ...TARGET_RULES,
  ...WARNED,
  signal: SHARED.signal,
  onProgress: SHARED.onProgress,
  runner: SHARED.runner,
}

/** A call whose arguments are in order. */
export interface Request {
  image: ImageData
  choices: ImageChoices
  target: Target | undefined
  hasPreview: boolean
  work: Work
  onProgress: (done: number) => void
}

/** @throws TypeError or RangeError on wrong arguments */
export function check(source: ImageSource, options: EncodeImageOptions): Request {
  checkRules('encodeImage', options, RULES)
  const image = pictureOf(source)
  const target = targetOf(options)
  const hdr = hdrOf(image.metadata)
  if (hdr) warner(options)('hdr', `samples are ${hdr}, and coded as if they were of ordinary brightness`)
  const {
    quality = 75,
    alphaQuality,
    effort = 5,
    tune = 'perceptual',
    chroma = '4:4:4',
    transform = 'dct',
    laq = 1,
    tileSize = 0,
  } = options
  if (chroma !== '4:4:4' && transform !== 'dct') throw new TypeError(`chroma ${chroma}: ${transform} files have 4:4:4`)
  if (options.preview && transform !== 'dct') throw new TypeError(`preview: ${transform} files decode at 1/8 as they are`)
  return {
    image,
    choices: { quality, ...(alphaQuality !== undefined && { alphaQuality }), effort, tune, chroma, transform, laq, tileSize },
    target,
    hasPreview: options.preview ?? false,
    work: { runner: options.runner ?? inThisThread, signal: options.signal },
    onProgress: options.onProgress ?? (() => undefined),
  }
}
