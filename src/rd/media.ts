/** Pictures and sounds of a run for its report: originals from where they were read, decoded ones from the files that the sweep kept. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { ImageData } from '../../codecs/image/picture.js'
import { writeWhole } from '../io/output.js'
import { Peers } from './codecspec.js'
import { readItem } from './item.js'
import { matched } from './matching.js'
import { pointOf } from './measure.js'
import type { Coder, Media, Peer } from './peers/peer.js'
import type { ReportPictures, ReportSounds } from './report/media.js'
import { openLog, readPoints } from './results.js'
import type { OperatingPoint, Run } from './run.js'
import { keptAs, moduleUrls } from './sweep.js'

/** Points that were made to have equal bytes: no part of the run's curves. */
const MATCHED = 'matched.jsonl'

/** Neither where no files were kept or originals are gone. */
export async function mediaOf(
  folder: string,
  run: Run,
  peerModules: readonly string[] = [],
): Promise<{ pictures?: ReportPictures; sounds?: ReportSounds }> {
  const { items, codecs, kind, metrics } = run
  if (!existsSync(`${folder}/files`) || Object.values(items).some(({ path }) => !existsSync(path))) return {}
  const peers = await Peers.load(moduleUrls(peerModules))
  const coders = new Map<string, Promise<Coder<Media>>>()
  const coderOf = async (codec: string): Promise<{ peer: Peer; coder: Coder<Media> }> => {
    const { peer: name, options } = codecs[codec]
    const peer = peers.find(kind, name)
    const coder = coders.get(codec) ?? (peer.open(options) as Promise<Coder<Media>>)
    coders.set(codec, coder)
    return { peer, coder: await coder }
  }
  const read = async (name: string) => {
    const item = await readItem(items[name].path)
    if (item.kind !== kind) throw new TypeError(`${name} is no longer of the run's kind, ${kind}`)
    return item
  }
  const original = async (item: string) => (await read(item)).media
  const decoded = async (point: OperatingPoint) => {
    const { peer, coder } = await coderOf(point.codec)
    const bytes = await readFile(`${keptAs(folder, point)}.${peer.suffix}`)
    return (await coder.decode(bytes, await original(point.item))).media
  }
  if (kind === 'audio') {
    return { sounds: { original, decoded } as ReportSounds }
  }

  const extra = await readPoints(folder, MATCHED)
  const encode = async (point: Pick<OperatingPoint, 'codec' | 'item' | 'setting'>): Promise<OperatingPoint> => {
    const { peer, coder } = await coderOf(point.codec)
    const item = await read(point.item)
    const encoded = await coder.encode(item.media, point.setting)
    await writeWhole(`${keptAs(folder, point)}.${peer.suffix}`, encoded.bytes, { force: true })
    const made = await pointOf(item, point, encoded, await coder.decode(encoded.bytes, item.media), metrics)
    extra.push(made)
    const log = await openLog(folder, MATCHED)
    await log.append(made)
    await log.close()
    return made
  }
  const pictures: ReportPictures = {
    original: original as (item: string) => Promise<ImageData>,
    decoded: decoded as (point: OperatingPoint) => Promise<ImageData>,
    matched: async (points, bytes) => {
      const { codec, item } = points[0]
      const { peer } = await coderOf(codec)
      const made = extra.filter((point) => point.codec === codec && point.item === item)
      return matched([...points, ...made], bytes, peer.wholeSettings ?? false, (setting) => encode({ codec, item, setting }))
    },
  }
  return { pictures }
}
