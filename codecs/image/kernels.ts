/** Kernels of pictures by name, each loaded when it is first needed. What they are built of is told in codecs/wasm/build.mjs. */
import { type KernelSource, lenderOf } from '../wasm/loader.js'

export const KERNELS = {
  alpha: () => import('../wasm/built/alpha.js'),
  'image-decoder': () => import('../wasm/built/image-decoder.js'),
  'image-encoder': () => import('../wasm/built/image-encoder.js'),
  'wavelet-decoder': () => import('../wasm/built/wavelet-decoder.js'),
  'wavelet-encoder': () => import('../wasm/built/wavelet-encoder.js'),
} satisfies Record<string, KernelSource>

export type KernelName = keyof typeof KERNELS

/** Runs work on a kernel of pictures. */
export const withKernel = lenderOf(KERNELS)
