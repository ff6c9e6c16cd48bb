/**
 * Kernels: WebAssembly modules inlined as base64, compiled once per process and instantiated once per thread.
 *
 * A kernel's memory is scratch, and its globals are those of the task at hand: {@link withKernel} lends it to one task at a time, marks the
 * arena and releases it, so one instance serves any number of images and sounds in turn. Views on memory die when it grows: take them after
 * the last allocation.
 */
import type { RunOptions } from '../turns.js'
import { Lock } from './lock.js'

export type KernelName =
  | 'image-decoder'
  | 'image-encoder'
  | 'wavelet-decoder'
  | 'wavelet-encoder'
  | 'audio-decoder'
  | 'audio-encoder'
  | 'lossless-decoder'
  | 'lossless-encoder'

/** What every kernel exports; addresses and sizes are bytes. */
export interface KernelExports {
  allocate(bytes: number): number
  mark(): number
  release(to: number): void
}

export interface Kernel<E extends KernelExports = KernelExports> {
  readonly exports: E
  readonly memory: WebAssembly.Memory
}

const sources: Record<KernelName, () => Promise<{ default: string }>> = {
  'image-decoder': () => import('./built/image-decoder.js'),
  'image-encoder': () => import('./built/image-encoder.js'),
  'wavelet-decoder': () => import('./built/wavelet-decoder.js'),
  'wavelet-encoder': () => import('./built/wavelet-encoder.js'),
  'audio-decoder': () => import('./built/audio-decoder.js'),
  'audio-encoder': () => import('./built/audio-encoder.js'),
  'lossless-decoder': () => import('./built/lossless-decoder.js'),
  'lossless-encoder': () => import('./built/lossless-encoder.js'),
}

const modules = new Map<KernelName, WebAssembly.Module>()
const instances = new Map<KernelName, { kernel: Kernel; lock: Lock }>()

/**
 * Provides a kernel that the caller has compiled: for pages whose content security policy forbids compiling, and for
 * threads, which can share one module.
 */
export function setKernel(name: KernelName, module: WebAssembly.Module): void {
  modules.set(name, module)
  instances.delete(name)
}

/** The compiled module of a kernel, to hand to a thread's {@link setKernel}. */
export async function kernelModule(name: KernelName): Promise<WebAssembly.Module> {
  let module = modules.get(name)
  if (!module) {
    const source = await sources[name]()
    module = new WebAssembly.Module(fromBase64(source.default))
    modules.set(name, module)
  }
  return module
}

/**
 * Runs `work` on this thread's instance of a kernel when those who came before are done with it, with the arena restored afterwards,
 * whatever happens. `E` is the caller's word for what the kernel exports.
 *
 * @throws what `work` throws; abortReason while it waits
 */
export async function withKernel<E extends KernelExports, T>(
  name: KernelName,
  options: RunOptions,
  work: (kernel: Kernel<E>) => Promise<T>,
): Promise<T> {
  const module = await kernelModule(name)
  let instance = instances.get(name)
  if (!instance) {
    instance = { kernel: instantiate(module), lock: new Lock() }
    instances.set(name, instance)
  }
  const { kernel, lock } = instance
  return lock.hold(async () => {
    const mark = kernel.exports.mark()
    try {
      return await work(kernel as Kernel<E>)
    } finally {
      kernel.exports.release(mark)
    }
  }, options)
}

/** A new instance with a memory of its own. */
export function instantiate<E extends KernelExports>(module: WebAssembly.Module): Kernel<E> {
  const memory = new WebAssembly.Memory({ initial: 16 })
  const instance = new WebAssembly.Instance(module, { env: { memory } })
  return { exports: instance.exports as unknown as E, memory }
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

/** Runs `work`, which waits for nothing, with the arena restored afterwards, whatever happens. */
export function scoped<T>(kernel: Kernel, work: () => T): T {
  const mark = kernel.exports.mark()
  try {
    return work()
  } finally {
    kernel.exports.release(mark)
  }
}

/** Copies the bytes of `view` into the arena and returns where. */
export function place(kernel: Kernel, view: ArrayBufferView): number {
  const { buffer, byteOffset, byteLength } = view
  const address = kernel.exports.allocate(byteLength)
  new Uint8Array(kernel.memory.buffer, address, byteLength).set(new Uint8Array(buffer, byteOffset, byteLength))
  return address
}
