/** What `--codecs` names: peers with options, 'avif:effort=9:tune=psnr'. */
import type { AudioPeer, ImagePeer, Options, Peer } from './peers/peer.js'

export interface CodecSpec {
  /** As it was written: the key of its points. */
  id: string
  peer: string
  options: Options
}

/** @throws RangeError on what is none */
export function parseCodec(id: string): CodecSpec {
  const [peer, ...words] = id.split(':')
  // a colon inside of a value, as in 4:4:4, does not begin an option
  const parts: string[] = []
  for (const word of words) {
    if (word.includes('=') || parts.length === 0) parts.push(word)
    else parts[parts.length - 1] += `:${word}`
  }
  const options: Options = {}
  for (const part of parts) {
    const [name, ...value] = part.split('=')
    if (!name || value.length === 0) throw new RangeError(`codec ${id}: ${part} is no option; they are written as name=value`)
    if (Object.hasOwn(options, name)) throw new RangeError(`codec ${id}: ${name} is there twice`)
    options[name] = value.join('=')
  }
  if (!/^[\w-]+$/.test(peer)) throw new RangeError(`codec ${id}: ${peer || 'nothing'} is no name of a codec`)
  return { id, peer, options }
}

/** Name of a folder for a codec's files: different for different codecs. */
export const folderOf = (id: string): string => encodeURIComponent(id).replaceAll('~', '%7E').replaceAll('%', '~')

/** Peers of both kinds by name, those of the house and modules of the user's own. */
export class Peers {
  private constructor(private readonly all: readonly Peer[]) {}

  /**
   * @param modules paths or URLs of modules whose default export is a peer or an array of them; they come before those of the
   *   house
   */
  static async load(modules: readonly string[] = []): Promise<Peers> {
    const own = await Promise.all(modules.map(async (url) => (await import(url)).default as Peer | Peer[]))
    for (const [i, peer] of own.entries()) {
      for (const { kind, name, open } of [peer].flat()) {
        if ((kind !== 'image' && kind !== 'audio') || typeof name !== 'string' || typeof open !== 'function')
          throw new TypeError(`${modules[i]} has no peer as its default export`)
      }
    }
    const house = await Promise.all([
      import('./peers/laq.js').then(({ laqImage, laqAudio }) => [laqImage, laqAudio]),
      import('./peers/avif.js').then(({ avif }) => avif),
      import('./peers/jxl.js').then(({ jxl }) => jxl),
      import('./peers/webp.js').then(({ webp }) => webp),
      import('./peers/mozjpeg.js').then(({ mozjpeg }) => mozjpeg),
      import('./peers/png.js').then(({ png }) => png),
      import('./peers/opus.js').then(({ opus }) => opus),
      import('./peers/aac.js').then(({ aac }) => aac),
      import('./peers/fdk.js').then(({ fdk }) => fdk),
      import('./peers/vorbis.js').then(({ vorbis }) => vorbis),
      import('./peers/mp3.js').then(({ mp3 }) => mp3),
      import('./peers/flac.js').then(({ flac }) => flac),
      import('./peers/wavpack.js').then(({ wavpack }) => wavpack),
    ])
    return new Peers([...own.flat(), ...house.flat()])
  }

  /** @throws RangeError naming those that there are */
  find(kind: 'image', name: string): ImagePeer
  find(kind: 'audio', name: string): AudioPeer
  find(kind: 'image' | 'audio', name: string): Peer
  find(kind: 'image' | 'audio', name: string): Peer {
    const found = this.all.find((peer) => peer.kind === kind && peer.name === name)
    if (found) return found
    const known = this.all.filter((peer) => peer.kind === kind).map((peer) => peer.name)
    throw new RangeError(`no ${kind} codec ${name}; there are ${[...new Set(known)].join(', ')}`)
  }
}
