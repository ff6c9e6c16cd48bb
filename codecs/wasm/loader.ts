/**
 * Kernels: WebAssembly modules inlined as base64, compiled once per process and instantiated once per thread.
 *
 * A kernel's memory is scratch, and its globals are those of the task that has it: {@link lend} gives it to one task at a time, marks the
 * arena and releases it, so one instance serves any number of images and sounds in turn. Views on memory die when it grows: take them after
 * the last allocation.
 */
import type { RunOptions } from '../turns.js'
import { Lock } from './lock.js'

/** What every kernel exports; addresses and sizes are bytes. */
export interface KernelExports {
  allocate(bytes: number): number
  mark(): number
  release(to: number): void
}

/** WebAssembly in base64. */
export type KernelSource = () => Promise<{ default: string }>

export interface Kernel<E extends KernelExports = KernelExports> {
  readonly exports: E
  readonly memory: WebAssembly.Memory
}

/** Compiled modules by name, of this codec and of whoever else has kernels. */
const modules = new Map<string, WebAssembly.Module>()
const instances = new Map<string, Kernel>()
const locks = new Map<string, Lock>()

/** Sets what a kernel is compiled to; calls under way go on with what they have. */
export function provideModule(name: string, module: WebAssembly.Module): void {
  modules.set(name, module)
  instances.delete(name)
}

/** The compiled module of a kernel: the one that was provided, or that of its source. */
export async function compiled(name: string, source: KernelSource): Promise<WebAssembly.Module> {
  const known = modules.get(name)
  if (known) return known
  const { default: text } = await source()
  const module = modules.get(name) ?? new WebAssembly.Module(fromBase64(text))
  modules.set(name, module)
  return module
}

/**
 * Runs `work` on this thread's instance of a kernel when those who came before are done with it, with the arena restored afterwards,
 * whatever happens. `E` is the caller's word for what the kernel exports.
 *
 * @param keptBytes a memory that has grown beyond this is not kept, since WebAssembly cannot shrink one
 * @throws what `work` throws; abortReason while it waits
 */
export async function lend<E extends KernelExports, T>(
  name: string,
  source: KernelSource,
  options: RunOptions,
  work: (kernel: Kernel<E>) => T | Promise<T>,
  keptBytes = Number.POSITIVE_INFINITY,
): Promise<T> {
  const lock = locks.get(name) ?? new Lock()
  locks.set(name, lock)
  return lock.hold(async () => {
    const module = await compiled(name, source)
    const kernel = (instances.get(name) ?? instantiate(module)) as Kernel<E>
    instances.set(name, kernel)
    const mark = kernel.exports.mark()
    try {
      return await work(kernel)
    } catch (error) {
      // after a trap nothing is known of the instance
      if (error instanceof WebAssembly.RuntimeError && instances.get(name) === kernel) instances.delete(name)
      throw error
    } finally {
      kernel.exports.release(mark)
      if (kernel.memory.buffer.byteLength > keptBytes && instances.get(name) === kernel) instances.delete(name)
    }
  }, options)
}

/** As {@link lend}, of the kernels of a list. */
export function lenderOf<N extends string>(kernels: Record<N, KernelSource>) {
  return <E extends KernelExports, T>(name: N, options: RunOptions, work: (kernel: Kernel<E>) => Promise<T>): Promise<T> =>
    lend<E, T>(name, kernels[name], options, work)
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
