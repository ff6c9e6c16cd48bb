/** Kernels of all domains by name, for programs that may not compile WebAssembly. */
import { KERNELS as AUDIO, type KernelName as AudioKernel } from '../../codecs/audio/kernels.js'
import { KERNELS as IMAGE, type KernelName as ImageKernel } from '../../codecs/image/kernels.js'
import { provideModule } from '../../codecs/wasm/loader.js'
import { KERNELS as METRICS, type KernelName as MetricsKernel } from '../metrics/kernels.js'

const NAMES = [IMAGE, AUDIO, METRICS].flatMap((kernels) => Object.keys(kernels))

/**
 * Provides a kernel that the caller has compiled, for pages whose content security policy forbids compiling. Calls under way go on with
 * what they have.
 *
 * @throws TypeError if it is no module, RangeError on a name that no kernel has
 */
export function setKernel(name: ImageKernel | AudioKernel | MetricsKernel, module: WebAssembly.Module): void {
  if (!NAMES.includes(name)) throw new RangeError(`kernel '${name}' is not ${NAMES.join(', ')}`)
  if (!(module instanceof WebAssembly.Module)) throw new TypeError(`kernel ${name}: not a WebAssembly.Module`)
  provideModule(name, module)
}
