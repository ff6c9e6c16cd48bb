/**
 * laq with decisions of its encoder, or fields of its header, set by hand: a peer for sweeps. Options are names of
 * `SearchSettings` and of the header's numbers; `weighting` is that of luma and chroma alike; `priors=0` starts from models that
 * know nothing. What a header is given here is not in the file, so its files decode here alone; their length is right.
 *
 *   element:halves=0:finalists=1
 */
import { decodeBlockTile, encodeBlockTile } from '../../codecs/image/blocks/tile.js'
import type { ImageHeader } from '../../codecs/image/header.js'
import { type SearchSettings, searchSettings } from '../../codecs/image/settings.js'
import { decodeImage, encodeImage } from '../../src/image.js'
import { laqImage } from '../../src/rd/peers/laq.js'
import { type ImagePeer, timed } from '../../src/rd/peers/peer.js'
import type { Runner } from '../../src/threads/runner.js'
import { runTask, type Task, type TaskResult } from '../../src/threads/task.js'

const SETTINGS = Object.keys(searchSettings({ quality: 75, effort: 5, tune: 'perceptual', transform: 'dct', laq: 1, tileSize: 0 }))
const HEADER = ['weighting', 'chromaStep', 'chromaBalance']

const peer: ImagePeer = {
  ...laqImage,
  name: 'element',
  open: async (options) => {
    const [settings, header]: Record<string, number | number[]>[] = [{}, {}]
    let untrained = false
    for (const [name, text] of Object.entries(options)) {
      const value = Number(text)
      if (!Number.isFinite(value)) throw new RangeError(`element: ${name}=${text} is no number`)
      if (name === 'priors') untrained = value === 0
      else if (name === 'weighting') header[name] = [value, value]
      else if (HEADER.includes(name)) header[name] = value
      else if (SETTINGS.includes(name)) settings[name] = value
      else throw new RangeError(`element has no option ${name}; it has ${[...SETTINGS, ...HEADER, 'priors'].join(', ')}`)
    }
    const runner: Runner = { concurrency: 1, run: (task) => run(task, settings, header, untrained) }
    return {
      label: `laq with ${Object.entries(options)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ')}`,
      encode: async (image, quality) => {
        const [bytes, spent] = await timed(() => encodeImage(image, { quality, runner }))
        return { bytes, ...spent }
      },
      decode: async (bytes) => {
        const [media, spent] = await timed(() => decodeImage(bytes, { limits: { pixels: Number.POSITIVE_INFINITY }, runner }))
        return { media, ...spent }
      },
    }
  },
}

async function run<T extends Task>(
  given: T,
  settings: Partial<SearchSettings>,
  header: Partial<ImageHeader>,
  untrained: boolean,
): Promise<TaskResult<T>> {
  const task: Task = given
  if (task.task === 'encodeTile') {
    const changed = { ...task, header: { ...task.header, ...header }, settings: { ...task.settings, ...settings } }
    return (await (untrained ? encodeBlockTile(changed, {}, null) : runTask(changed))) as TaskResult<T>
  }
  if (task.task === 'decodeTile') {
    const changed = { ...task, header: { ...task.header, ...header } }
    return (await (untrained ? decodeBlockTile(changed, {}, null) : runTask(changed))) as TaskResult<T>
  }
  return runTask(given)
}

export default peer
