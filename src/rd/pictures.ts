/** The pictures of a run for its report: originals from where they were read, decoded ones from the files that the sweep has kept. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { ImageData } from '../image.js'
import { Peers } from './codecspec.js'
import { readItem } from './item.js'
import type { Coder } from './peers/peer.js'
import type { ReportPictures } from './report/report.js'
import type { Run } from './run.js'
import { keptAs, moduleUrls } from './sweep.js'

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
  return {
    original,
    decoded: async (point) => {
      const { peer: name, options } = codecs[point.codec]
      const peer = peers.find('image', name)
      let coder = coders.get(point.codec)
      if (!coder) {
        coder = peer.open(options)
        coders.set(point.codec, coder)
      }
      const bytes = await readFile(`${keptAs(folder, point)}.${peer.suffix}`)
      return (await (await coder).decode(bytes, await original(point.item))).media
    },
  }
}
