/** What a codec is to a sweep: one small file each beside this one, or a module of the user's own. */
import type { AudioData } from '../../../codecs/audio/sound.js'
import type { ImageData } from '../../../codecs/image/picture.js'

/** A picture or a sound. */
export type Media = ImageData | AudioData

/** Options of a codec by name, as `--codecs` has them: `avif:effort=9`. */
export type Options = Record<string, string>

/** Time that coding took, of this process and of programs that it ran. */
export interface Spent {
  /** CPU time of all threads, in seconds. */
  cpuSeconds: number
  /** Time by the clock, in seconds. */
  wallSeconds: number
}

/** What encoding gives. */
export interface Coded extends Spent {
  /** The whole file. */
  bytes: Uint8Array
}

/** What decoding gives. */
export interface Decoded<Media> extends Spent {
  /** The picture or the sound. */
  media: Media
}

/** A codec with its options settled. */
export interface Coder<Media> {
  /** For people: codec, version, settings. */
  label: string
  /** Encodes at a setting, whose meaning is the peer's. */
  encode(media: Media, setting: number): Promise<Coded>
  /** Decodes what it has encoded; `original` is for what files of the codec do not say. */
  decode(bytes: Uint8Array, original: Media): Promise<Decoded<Media>>
}

/** A codec that sweeps know. */
export interface PeerOf<Kind extends string, Media> {
  /** What it codes. */
  kind: Kind
  /** As `--codecs` names it: letters, digits, '-', '_'. */
  name: string
  /** What its number is: 'quality', 'kb/s', 'distance', 'level'. */
  setting: string
  /** Settings of a sweep that names none. */
  settings: readonly number[]
  /** Settings between two integers are none. Default: false. */
  wholeSettings?: boolean
  /** Suffix of its files, without the point. */
  suffix: string
  /**
   * Makes it ready.
   *
   * @throws MissingError if a program or package is wanted, RangeError on options that it does not have
   */
  open(options: Options): Promise<Coder<Media>>
}

/** A codec of pictures. */
export type ImagePeer = PeerOf<'image', ImageData>
/** A codec of sounds. */
export type AudioPeer = PeerOf<'audio', AudioData>
/** A codec of either. */
export type Peer = ImagePeer | AudioPeer

/** A program or package that is not installed, and what brings it. */
export class MissingError extends Error {
  override name = 'MissingError'
}

/** Takes the options that a peer knows, each one of its words or, of an empty list, anything. @throws RangeError naming the others */
export function settled<Known extends Record<string, readonly string[]>>(
  peer: string,
  given: Options,
  known: Known,
): { [Key in keyof Known]?: string } {
  for (const [name, value] of Object.entries(given)) {
    const words = Object.hasOwn(known, name) ? known[name] : undefined
    if (!words) throw new RangeError(`${peer} has no option ${name}; it has ${Object.keys(known).join(', ') || 'none'}`)
    if (words.length > 0 && !words.includes(value)) throw new RangeError(`${peer}: ${name}=${value} is not one of ${words.join(', ')}`)
  }
  return given as { [Key in keyof Known]?: string }
}

/** Runs `work` in this process and takes its time. */
export async function timed<T>(work: () => Promise<T>): Promise<[result: T, spent: Spent]> {
  const wall = performance.now()
  const cpu = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(cpu)
  return [result, { cpuSeconds: (user + system) / 1e6, wallSeconds: (performance.now() - wall) / 1e3 }]
}

/** Imports a package that is not a dependency. @throws MissingError with what installs it */
export async function optional<T>(peer: string, name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new MissingError(`${peer} needs the package ${name}: npm install ${name}`)
  }
}
