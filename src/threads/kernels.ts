/** All kernels by name, those of the codec and those of the metrics: for pages that may not compile, and for threads. */
import { KERNELS, type KernelName, kernelModule, provideModule } from '../../codecs/wasm/loader.js'
import { METRICS_KERNELS, type MetricsKernelName, metricsKernelModule } from '../metrics/kernels.js'

export type AnyKernelName = KernelName | MetricsKernelName

/** The compiled module of a kernel, to hand to a thread's {@link setKernel}. */
export function moduleOf(name: AnyKernelName): Promise<WebAssembly.Module> {
  return name in METRICS_KERNELS ? metricsKernelModule(name as MetricsKernelName) : kernelModule(name as KernelName)
}

/**
 * Provides a kernel that the caller has compiled: for pages whose content security policy forbids compiling, and for threads, which can
 * share one module. Calls under way go on with what they have.
 *
 * @throws TypeError if it is no module, RangeError on a name that no kernel has
 */
export function setKernel(name: AnyKernelName, module: WebAssembly.Module): void {
  const names = [...Object.keys(KERNELS), ...Object.keys(METRICS_KERNELS)]
  if (!names.includes(name)) throw new RangeError(`kernel '${name}' is not ${names.join(', ')}`)
  if (!(module instanceof WebAssembly.Module)) throw new TypeError(`kernel ${name}: not a WebAssembly.Module`)
  provideModule(name, module)
}
