/** Kernels of sounds by name, each loaded when it is first needed. What they are built of is told in codecs/wasm/build.mjs. */
import { type KernelSource, lenderOf } from '../wasm/loader.js'

export const KERNELS = {
  'audio-decoder': () => import('../wasm/built/audio-decoder.js'),
  'audio-encoder': () => import('../wasm/built/audio-encoder.js'),
  'lossless-decoder': () => import('../wasm/built/lossless-decoder.js'),
  'lossless-encoder': () => import('../wasm/built/lossless-encoder.js'),
} satisfies Record<string, KernelSource>

export type KernelName = keyof typeof KERNELS

/** Runs work on a kernel of sounds. */
export const withKernel = lenderOf(KERNELS)
