/** The WebAssembly of the metrics, apart from the codec's own: who only codes never loads it. */
import { fromBase64, instantiate, type Kernel, type KernelExports } from '../../codecs/wasm/loader.js'

export type MetricsKernelName = 'image-metrics' | 'butteraugli' | 'audio-metrics'

const sources: Record<MetricsKernelName, () => Promise<{ default: string }>> = {
  'image-metrics': () => import('./built/image-metrics.js'),
  butteraugli: () => import('./built/butteraugli.js'),
  'audio-metrics': () => import('./built/audio-metrics.js'),
}

const modules = new Map<MetricsKernelName, WebAssembly.Module>()
const instances = new Map<MetricsKernelName, Kernel>()

/** A memory that has grown beyond this is left to the garbage collector after use: WebAssembly cannot shrink one. */
const KEPT_BYTES = 64 * 2 ** 20

/** Runs `work` on a kernel with an arena of its own, restored afterwards. Memory that `work` was given is gone when it returns. */
export async function withKernel<E extends KernelExports, T>(name: MetricsKernelName, work: (kernel: Kernel<E>) => T): Promise<T> {
  let module = modules.get(name)
  if (!module) {
    module = new WebAssembly.Module(fromBase64((await sources[name]()).default))
    modules.set(name, module)
  }
  const kernel = (instances.get(name) ?? instantiate(module)) as Kernel<E>
  instances.set(name, kernel)
  const mark = kernel.exports.mark()
  let done = false
  try {
    const result = work(kernel)
    done = true
    return result
  } finally {
    // after a trap nothing is known of the instance
    if (done && kernel.memory.buffer.byteLength <= KEPT_BYTES) kernel.exports.release(mark)
    else instances.delete(name)
  }
}
