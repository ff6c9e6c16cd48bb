/**
 * Recordings of internet radio, as servers of SHOUTcast and Icecast send it.
 *
 *     'ICY 200 OK' or 'HTTP/1.0 200 OK', lines 'name:value', an empty line (CR LF)   sound
 *     sound with 'icy-metaint:n': n bytes of it, again and again, each time followed by a length in 16 bytes (u8) and as many bytes of text
 *     text: StreamTitle='...';StreamUrl='...'; then zeros
 *
 * Source: Smackfu, "SHOUTcast Metadata Protocol"; there is no standard.
 */
import type { Field } from '../tags/tags.js'
import { Gathered, text } from '../wav/chunks.js'

/** A server's answer is looked for in so many bytes. */
const MOST_HEAD_BYTES = 8192

/** The sound alone, and what the server said of it; nothing if the file does not begin with a server's answer. */
export function readIcy(file: Uint8Array): { sound: Uint8Array; fields: Field[] } | undefined {
  if (!/^(ICY|HTTP\/1\.[01]) \d{3}/.test(text(file, 0, 12))) return
  const front = text(file, 0, MOST_HEAD_BYTES)
  const head = /^.*?\r?\n\r?\n/s.exec(front)?.[0]
  if (!head) return
  const lines = [...head.matchAll(/^(icy-[a-z]+):[ \t]*([^\r\n]+)/gim)].map(([, name, value]): Field => [name.toUpperCase(), value.trim()])
  const interval = Number(lines.find(([name]) => name === 'ICY-METAINT')?.[1] ?? 0)
  const fields = lines.filter(([name]) => /^ICY-(NAME|GENRE|URL|DESCRIPTION)$/.test(name))
  const sound = file.subarray(head.length)
  return interval > 0 ? apart(sound, interval, fields) : { sound, fields }
}

function apart(mixed: Uint8Array, interval: number, fields: Field[]): { sound: Uint8Array; fields: Field[] } {
  const sound = new Gathered()
  const titles = new Set<string>()
  for (let at = 0; at < mixed.length; ) {
    sound.append(mixed.subarray(at, at + interval))
    at += interval
    const length = (mixed[at] ?? 0) * 16
    const said = new TextDecoder().decode(mixed.subarray(at + 1, at + 1 + length))
    const title = /StreamTitle='(.*?)';/s.exec(said)?.[1].trim()
    if (title) titles.add(title)
    at += 1 + length
  }
  return { sound: sound.bytes, fields: [...fields, ...[...titles].map((title): Field => ['STREAMTITLE', title])] }
}
