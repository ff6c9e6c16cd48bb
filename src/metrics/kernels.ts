/** The WebAssembly of the metrics, apart from the codec's own: who only codes never loads it. */
import type { RunOptions } from '../../codecs/turns.js'
import { compiled, type Kernel, type KernelExports, type KernelSource, lend } from '../../codecs/wasm/loader.js'

export type MetricsKernelName = 'image-metrics' | 'butteraugli' | 'audio-metrics'

export const METRICS_KERNELS: Record<MetricsKernelName, KernelSource> = {
  'image-metrics': () => import('./built/image-metrics.js'),
  butteraugli: () => import('./built/butteraugli.js'),
  'audio-metrics': () => import('./built/audio-metrics.js'),
}

export const metricsKernelModule = (name: MetricsKernelName): Promise<WebAssembly.Module> => compiled(name, METRICS_KERNELS[name])

/** A memory that has grown beyond this is left to the garbage collector after use. */
const KEPT_BYTES = 64 * 2 ** 20

/**
 * Runs `work` on a kernel, when those who came before are done with it, with an arena of its own, restored afterwards. Memory that `work`
 * was given is gone when it ends.
 */
export function withKernel<E extends KernelExports, T>(
  name: MetricsKernelName,
  work: (kernel: Kernel<E>) => T | Promise<T>,
  options: RunOptions = {},
): Promise<T> {
  return lend(name, METRICS_KERNELS[name], options, work, KEPT_BYTES)
}
