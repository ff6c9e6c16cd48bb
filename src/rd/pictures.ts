/** The pictures of a run for its report: originals from where they were read, decoded ones from the files that the sweep has kept. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { ImageData } from '../image.js'
import { writeWhole } from '../io/output.js'
import { Peers } from './codecspec.js'
import { readItem } from './item.js'
import { matched } from './matching.js'
import { pointOf } from './measure.js'
import type { Coder } from './peers/peer.js'
import type { ReportPictures } from './report/report.js'
import { openLog, readPoints } from './results.js'
import type { OperatingPoint, Run } from './run.js'
import { keptAs, moduleUrls } from './sweep.js'

/** Points that were made to have equal bytes: no part of the run's curves. */
const MATCHED = 'matched.jsonl'

/** Undefined for sounds, and where no files were kept or originals are gone. */
export async function picturesOf(folder: string, run: Run, peerModules: readonly string[] = []): Promise<ReportPictures | undefined> {
  const { items, codecs, kind } = run
  if (kind !== 'image' || !existsSync(`${folder}/files`) || Object.values(items).some(({ path }) => !existsSync(path))) return undefined
  const peers = await Peers.load(moduleUrls(peerModules))
  const coders = new Map<string, Promise<Coder<ImageData>>>()
  const original = async (item: string): Promise<ImageData> => {
    const read = await readItem(items[item].path)
    if (read.kind !== 'image') throw new TypeError(`${item} is no longer a picture`)
    return read.media
  }
  const coderOf = async (codec: string) => {
    const { peer: name, options } = codecs[codec]
    const peer = peers.find('image', name)
    let coder = coders.get(codec)
    if (!coder) {
      coder = peer.open(options)
      coders.set(codec, coder)
    }
    return { peer, coder: await coder }
  }
  const extra = await readPoints(folder, MATCHED)
  const encode = async (point: Pick<OperatingPoint, 'codec' | 'item' | 'setting'>): Promise<OperatingPoint> => {
    const { peer, coder } = await coderOf(point.codec)
    const media = await original(point.item)
    const encoded = await coder.encode(media, point.setting)
    await writeWhole(`${keptAs(folder, point)}.${peer.suffix}`, encoded.bytes, { force: true })
    const made = await pointOf({ kind, media }, point, encoded, await coder.decode(encoded.bytes, media), run.metrics)
    extra.push(made)
    const log = await openLog(folder, MATCHED)
    await log.append(made)
    await log.close()
    return made
  }
  return {
    original,
    decoded: async (point) => {
      const { peer, coder } = await coderOf(point.codec)
      const bytes = await readFile(`${keptAs(folder, point)}.${peer.suffix}`)
      return (await coder.decode(bytes, await original(point.item))).media
    },
    matched: async (points, bytes) => {
      const { codec, item } = points[0]
      const { peer } = await coderOf(codec)
      const made = extra.filter((point) => point.codec === codec && point.item === item)
      return matched([...points, ...made], bytes, peer.wholeSettings ?? false, (setting) => encode({ codec, item, setting }))
    },
  }
}
