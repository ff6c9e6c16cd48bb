/**
 * Kernels of the metrics by name, each loaded when it is first needed: who only codes never loads them. What they are built of is told in
 * codecs/wasm/build.mjs.
 */
import type { RunOptions } from '../../codecs/turns.js'
import { type Kernel, type KernelExports, type KernelSource, lend } from '../../codecs/wasm/loader.js'

export const KERNELS = {
  'image-metrics': () => import('./built/image-metrics.js'),
  butteraugli: () => import('./built/butteraugli.js'),
  'audio-metrics': () => import('./built/audio-metrics.js'),
} satisfies Record<string, KernelSource>

export type KernelName = keyof typeof KERNELS

/** A memory that has grown beyond this is left to the garbage collector after use. */
const KEPT_BYTES = 64 * 2 ** 20

/**
 * Runs `work` on a kernel of the metrics, when those who came before are done with it. It has an arena of its own, which is restored
 * afterwards: memory that `work` was given is gone when it ends.
 */
export function withKernel<E extends KernelExports, T>(
  name: KernelName,
  work: (kernel: Kernel<E>) => T | Promise<T>,
  options: RunOptions = {},
): Promise<T> {
  return lend(name, KERNELS[name], options, work, KEPT_BYTES)
}
