/**
 * The unit of work that threads share: one tile of an image, one segment of a sound, or a picture to be measured. A task is a plain object
 * that can be cloned to another thread; {@link runTask} does it there. The buffers of tiles and segments belong to them: a runner may move
 * them to a thread, which leaves nothing behind.
 */
import {
  type DecodeLosslessSegment,
  decodeLosslessSegment,
  type EncodeLosslessSegment,
  encodeLosslessSegment,
  type LosslessSegmentBytes,
  type LosslessSegmentSamples,
} from '../../codecs/audio/lossless/segment.js'
import {
  type AudioSegmentBytes,
  type AudioSegmentSamples,
  type DecodeAudioSegment,
  decodeAudioSegment,
  type EncodeAudioSegment,
  encodeAudioSegment,
} from '../../codecs/audio/lossy/segment.js'
import type { ImageData } from '../../codecs/image/picture.js'
import type { DecodeImageTile, EncodeImageTile, ImageTileBytes, ImageTileSamples } from '../../codecs/image/tile.js'
import { decodeImageTile, encodeImageTile, kernelsOfTile } from '../../codecs/image/tilecoder.js'
import { type RunOptions, throwIfAborted } from '../../codecs/turns.js'
import type { AnyKernelName } from './kernels.js'

/** What a picture is like its original, by a metric; its buffers are the caller's. */
export interface MeasureImage {
  task: 'measureImage'
  metric: 'ssimulacra2' | 'butteraugli'
  original: ImageData
  decoded: ImageData
  /** 'white', or by default the worse of what it is on white and on black, where there is alpha. */
  ground?: 'white'
}

interface Results {
  /** SSIMULACRA2, or Butteraugli's 3-norm. */
  measureImage: number
  encodeImageTile: ImageTileBytes
  decodeImageTile: ImageTileSamples
  encodeAudioSegment: AudioSegmentBytes
  decodeAudioSegment: AudioSegmentSamples
  encodeLosslessSegment: LosslessSegmentBytes
  decodeLosslessSegment: LosslessSegmentSamples
}

export type Task =
  | EncodeImageTile
  | DecodeImageTile
  | EncodeAudioSegment
  | DecodeAudioSegment
  | EncodeLosslessSegment
  | DecodeLosslessSegment
  | MeasureImage
export type TaskResult<T extends Task = Task> = Results[T['task']]

/** Runs tasks: in this thread, or in others. */
export interface Runner {
  /** How many tasks it works on at once: callers keep a few more than that under way. */
  readonly concurrency: number
  /** @throws what the task throws, and the reason of `signal` soon after it fires, whether the task is under way or waits */
  run<T extends Task>(task: T, options?: RunOptions): Promise<TaskResult<T>>
}

/** Does a task in this thread, where others have their turns meanwhile. */
export async function runTask<T extends Task>(task: T, options: RunOptions = {}): Promise<TaskResult<T>> {
  throwIfAborted(options.signal)
  switch (task.task) {
    case 'encodeImageTile':
      return (await encodeImageTile(task, options)) as TaskResult<T>
    case 'decodeImageTile':
      return (await decodeImageTile(task, options)) as TaskResult<T>
    case 'encodeAudioSegment':
      return (await encodeAudioSegment(task, options)) as TaskResult<T>
    case 'decodeAudioSegment':
      return (await decodeAudioSegment(task, options)) as TaskResult<T>
    case 'encodeLosslessSegment':
      return (await encodeLosslessSegment(task, options)) as TaskResult<T>
    case 'decodeLosslessSegment':
      return (await decodeLosslessSegment(task, options)) as TaskResult<T>
    case 'measureImage':
      return (await measureImage(task, options)) as TaskResult<T>
  }
}

/** Metrics are loaded when they are asked for: who only codes needs none. */
async function measureImage({ metric, original, decoded, ground }: MeasureImage, options: RunOptions): Promise<number> {
  const { groundsOf } = await import('../metrics/grounds.js')
  const values: number[] = []
  for (const background of groundsOf(original, decoded).slice(0, ground === 'white' ? 1 : 2)) {
    const on = { ...options, background }
    if (metric === 'butteraugli')
      values.push((await (await import('../metrics/butteraugli.js')).butteraugli(original, decoded, on)).threeNorm)
    else values.push((await (await import('../metrics/ssimulacra2.js')).ssimulacra2(original, decoded, on)).score)
  }
  return metric === 'butteraugli' ? Math.max(...values) : Math.min(...values)
}

/** The kernels that a task needs, for runners that compile each once and share it. */
export function kernelsOf(task: Task): AnyKernelName[] {
  switch (task.task) {
    case 'encodeImageTile':
      return kernelsOfTile(task.header, 'encoder')
    case 'decodeImageTile':
      return kernelsOfTile(task.header, 'decoder')
    case 'encodeAudioSegment':
      return ['audio-encoder']
    case 'decodeAudioSegment':
      return ['audio-decoder']
    case 'encodeLosslessSegment':
      return ['lossless-encoder']
    case 'decodeLosslessSegment':
      return ['lossless-decoder']
    case 'measureImage':
      return [task.metric === 'butteraugli' ? 'butteraugli' : 'image-metrics']
  }
}

/** One task at a time, here. */
export const inThisThread: Runner = { concurrency: 1, run: runTask }

/** The runner, all of whose tasks heed `options`. */
export const heedful = (runner: Runner, options: RunOptions): Runner => ({
  concurrency: runner.concurrency,
  run: (task) => runner.run(task, options),
})

/**
 * Runs `count` tasks, each made when its turn comes (so that memory holds only those under way), and hands each result to
 * `take` as it arrives, in any order.
 *
 * @throws whatever a task throws, and the reason of `signal`
 */
export async function runAll<T extends Task>(
  runner: Runner,
  count: number,
  make: (index: number) => T,
  take: (result: TaskResult<T>, index: number) => void,
  { signal, onProgress }: { signal?: AbortSignal | undefined; onProgress?: ((done: number) => void) | undefined } = {},
): Promise<void> {
  let started = 0
  let finished = 0
  let failed = false
  const lane = async () => {
    while (started < count && !failed) {
      throwIfAborted(signal)
      const index = started++
      take(await runner.run(make(index), { signal }), index)
      onProgress?.(++finished / count)
    }
  }
  // one lane more than threads: the next task is at hand when a thread is done
  const lanes = Array.from({ length: runner.concurrency > 1 ? runner.concurrency + 1 : 1 }, () =>
    lane().catch((error) => {
      failed = true
      throw error
    }),
  )
  await Promise.all(lanes)
}
