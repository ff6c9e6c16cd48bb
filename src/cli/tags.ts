/** What laq info tells of a sound's tags. */
import type { Limits } from '../../codecs/limits.js'
import { plain } from './terminal.js'

interface ToldTags {
  /** Values by name in small letters. */
  tags: Record<string, string>
  pictures: { type: number; mediaType: string; description: string; bytes: number }[]
}

/** Tags of a .laq file that holds a sound, in the form of JSON. */
export async function toldTags(file: Uint8Array, limits: Partial<Limits>): Promise<ToldTags> {
  const { openAudio } = await import('../audio/openfile.js')
  const { readTags } = await import('../io/tags/tags.js')
  const { fields, pictures } = readTags(openAudio(file, limits).metadata)
  return {
    tags: { ...fields },
    pictures: pictures.map(({ type, mediaType, description, bytes }) => ({ type, mediaType, description, bytes: bytes.length })),
  }
}

/** Letters of a line for people: a value of several lines, or a very long one, is cut. */
const MOST_SHOWN = 80

/** The same in lines, each with the newline before it. */
export function tagLines({ tags, pictures }: ToldTags): string {
  const lines = Object.entries(tags).map(([name, value]) => [name, shown(value)])
  for (const { mediaType, description, bytes } of pictures) {
    lines.push(['picture', `${shown(mediaType)}, ${bytes.toLocaleString('en-US')} bytes${description && `, ${shown(description)}`}`])
  }
  return lines.map(([name, value]) => `\n  ${shown(name).padEnd(18)} ${value}`).join('')
}

function shown(value: string): string {
  const line = plain(value).trim()
  return line.length > MOST_SHOWN ? `${line.slice(0, MOST_SHOWN - 1)}…` : line
}
