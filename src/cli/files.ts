/** Where commands read from and write to. */
import { createReadStream, fstatSync, type Stats } from 'node:fs'
import { mkdir, open, readFile, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { checkOutput, writeWhole } from '../io/output.js'
import { STDIO_WORD, UsageError } from './arguments.js'
import { FileError } from './errors.js'

/** What lines call a path. */
export const label = (path: string): string => (path === STDIO_WORD ? 'standard input' : path)

/** @throws FileError */
export async function readInput(path: string): Promise<Uint8Array> {
  return (await openInput(path)).read()
}

/** An input of which the beginning is known. */
export interface Input {
  path: string
  /** At least {@link HEAD_BYTES} bytes, or all that there are. */
  head: Uint8Array
  /** It can be read only once, and may be what somebody makes at this time: standard input, a pipe. */
  isLive: boolean
  /** All bytes, `head` included; up to what has come when `stop` is aborted. @throws FileError */
  read(stop?: AbortSignal): Promise<Uint8Array>
  /** All bytes as they come. Of `read` and `pieces` one can be called, once. */
  pieces(): AsyncIterable<Uint8Array>
  /** No more of it is wanted. */
  close(): void
}

/** Enough for signatures, and for the header of a .laq sound. */
const HEAD_BYTES = 64

/** @throws FileError */
export async function openInput(path: string): Promise<Input> {
  if (path !== STDIO_WORD && !isPipe(await stat(path).catch(() => undefined))) {
    const read = () =>
      readFile(path).catch((error) => {
        throw new FileError(label(path), error)
      })
    async function* pieces() {
      yield await read()
    }
    return { path, head: await peek(path, HEAD_BYTES), isLive: false, read, pieces, close: () => undefined }
  }
  const stream = path === STDIO_WORD ? process.stdin : createReadStream(path)
  const source = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  const parts: Uint8Array[] = []
  const next = () =>
    source.next().catch((error) => {
      throw new FileError(label(path), error)
    })
  for (let length = 0; length < HEAD_BYTES; ) {
    const { done, value } = await next()
    if (done) break
    parts.push(value)
    length += value.length
  }
  async function* pieces() {
    yield* parts.splice(0)
    for (let found = await next(); !found.done; found = await next()) yield found.value
  }
  const read = async (stop?: AbortSignal) => {
    const { untilStopped } = await import('../audio/stream/untilstopped.js')
    const all: Uint8Array[] = []
    for await (const part of untilStopped(pieces(), stop)) all.push(part)
    return Buffer.concat(all)
  }
  return { path, head: Buffer.concat(parts), isLive: true, read, pieces, close: () => void stream.destroy() }
}

const isPipe = (found: Stats | undefined): boolean => Boolean(found && (found.isFIFO() || found.isSocket() || found.isCharacterDevice()))

/** The first bytes of a file, as many as there are; none of what cannot be read, or only once: standard input, a pipe. */
export async function peek(path: string, length: number): Promise<Uint8Array> {
  if (path === STDIO_WORD || !(await stat(path).catch(() => undefined))?.isFile()) return new Uint8Array(0)
  const file = await open(path).catch(() => undefined)
  try {
    const read = await file?.read(new Uint8Array(length), 0, length, 0)
    return read ? read.buffer.subarray(0, read.bytesRead) : new Uint8Array(0)
  } catch {
    return new Uint8Array(0)
  } finally {
    await file?.close()
  }
}

/** File name without folder and suffix: what {name} in an output stands for. */
export const nameOf = (path: string): string => (path === STDIO_WORD ? 'stdin' : basename(path, extname(path)))

/**
 * The output of each input: beside the input with another suffix, or as `-o` says.
 *
 * @param pattern a file, a folder (that exists, or ends in a slash), a pattern with {name}, or `-`
 * @param suffixes of each input's output, with the point, for what `pattern` leaves open
 * @throws UsageError if two inputs would get the same output
 */
async function outputPaths(inputs: readonly string[], pattern: string | undefined, suffixes: readonly string[]): Promise<string[]> {
  let outputs: string[]
  if (pattern === undefined) {
    outputs = inputs.map((input, i) => (input === STDIO_WORD ? STDIO_WORD : join(dirname(input), nameOf(input) + suffixes[i])))
  } else if (pattern === STDIO_WORD) outputs = inputs.map(() => STDIO_WORD)
  else if (pattern.endsWith('/') || (await stat(pattern).catch(() => undefined))?.isDirectory()) {
    outputs = inputs.map((input, i) => join(pattern, nameOf(input) + suffixes[i]))
  } else outputs = inputs.map((input) => pattern.replaceAll('{name}', () => nameOf(input)))
  const seen = new Map<string, string>()
  for (const [i, output] of outputs.entries()) {
    const place = (await fileBehind(output, 1)) ?? output
    const other = seen.get(place)
    if (other !== undefined) {
      const advice = pattern !== undefined && !pattern.includes('{name}') ? "; a pattern such as -o '{name}.laq' keeps them apart" : ''
      throw new UsageError(`${label(other)} and ${label(inputs[i])} would both become ${output}${advice}`)
    }
    seen.set(place, inputs[i])
  }
  return outputs
}

/** What a file is known by under any of its names; nothing of what is no file, or not yet. `stdio` is what stands for `-`. */
async function fileBehind(path: string, stdio: 0 | 1): Promise<string | undefined> {
  const big = { bigint: true } as const
  const found = path === STDIO_WORD ? fstatSync(stdio, big) : await stat(path, big).catch(() => undefined)
  return found?.isFile() ? `file ${found.dev}:${found.ino}` : undefined
}

/** Suffixes of formats other than ours that programs go by. */
const FOREIGN =
  /\.(a?png|jpe?g|webp|avif|hei[cf]|jxl|jp2|tiff?|gif|bmp|svg|pdf|wave?|w64|rf64|bw64|bwf|aif[fc]?|flac|og[ga]|opus|mp[34]|m4[ab]|aac|ac3|wma|wv|ape|caf|mka)$/i

/** Whether a name has the suffix of a format that has nothing to do with samples alone, or with .laq files. */
export const isNamedOtherwise = (path: string): boolean => FOREIGN.test(path)

/**
 * {@link outputPaths} of a command that tells `--json` on standard output, each of which can be written.
 *
 * @throws UsageError, FileError
 */
export async function settledOutputs(
  inputs: readonly string[],
  given: { output?: string; json?: boolean; force?: boolean },
  suffixes: readonly string[],
): Promise<string[]> {
  const { output: pattern } = given
  const outputs = await outputPaths(inputs, pattern, suffixes)
  if (given.json && outputs.includes(STDIO_WORD)) throw new UsageError('--json and the file both need standard output; name a file with -o')
  const wrong = outputs.find((output, i) => suffixes[i] === '.laq' && isNamedOtherwise(output))
  if (wrong !== undefined) throw new UsageError(`-o ${wrong}: the output is a .laq file, not ${extname(wrong)}`)
  // a name that ends in a slash can be nothing but a folder
  if (pattern?.endsWith('/')) {
    await mkdir(pattern, { recursive: true }).catch((error) => {
      throw new FileError(pattern, error)
    })
  }
  for (const output of outputs) await expectOutput(output, given.force ?? false, inputs)
  return outputs
}

/**
 * Refuses early what could not be written later, and, however much it is forced, to write over what is read.
 *
 * @throws UsageError, FileError
 */
export async function expectOutput(path: string, force: boolean, inputs: readonly string[]): Promise<void> {
  const place = await fileBehind(path, 1)
  for (const input of place === undefined ? [] : inputs) {
    if ((await fileBehind(input, 0)) === place) throw new UsageError(`${label(input)}: is also the output, ${path}; choose another name`)
  }
  if (path === STDIO_WORD) {
    if (process.stdout.isTTY) throw new UsageError('standard output is a terminal; name a file with -o')
    return
  }
  await checkOutput(path, force).catch((error) => {
    throw new FileError(path, error)
  })
}

/** @throws FileError */
export async function writeOutput(path: string, bytes: Uint8Array, force: boolean): Promise<void> {
  if (path === STDIO_WORD) {
    await new Promise<void>((resolve, reject) => process.stdout.write(bytes, (error) => (error ? reject(error) : resolve())))
    return
  }
  await writeWhole(path, bytes, { force }).catch((error) => {
    throw new FileError(path, error)
  })
}
