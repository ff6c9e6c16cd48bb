import { expect, test } from 'vitest'
import { readIcy } from '../../../src/io/sound/icy.js'
import { isSound, parseSound } from '../../../src/io/sound/sound.js'
import { readTags } from '../../../src/io/tags/tags.js'
import { writeWav } from '../../../src/io/wav/wav.js'
import { joined } from '../joined.js'

const bytes = (text: string) => [...new TextEncoder().encode(text)]
const sound = Uint8Array.from({ length: 1000 }, (_, i) => (i * 31) & 255)

/** With a title behind the first part, nothing behind the others. */
function mixed(interval: number): Uint8Array {
  const parts: ArrayLike<number>[] = []
  for (let at = 0; at < sound.length; at += interval) {
    parts.push(sound.subarray(at, at + interval))
    if (at + interval >= sound.length) break
    parts.push(at === 0 ? [2, ...bytes("StreamTitle='Ä - B';".padEnd(31, '\0'))] : [0])
  }
  return joined(...parts)
}

test('a recording of radio is its sound, without what the server says in between', () => {
  for (const interval of [64, 100, 999, 1000]) {
    const file = joined(bytes(`ICY 200 OK\r\nicy-name:Radio One\r\nicy-br: 128\r\nicy-metaint:${interval}\r\n\r\n`), mixed(interval))
    const found = readIcy(file)
    expect([...(found?.sound ?? [])], `${interval}`).toEqual([...sound])
    const titles = interval < 1000 ? [['STREAMTITLE', 'Ä - B']] : []
    expect(found?.fields).toEqual([['ICY-NAME', 'Radio One'], ...titles])
  }
  const plain = readIcy(joined(bytes('HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n'), sound))
  expect(plain).toEqual({ sound, fields: [] })
  expect(readIcy(joined(bytes('ICY 200 OK\r\nno end'), sound))).toBe(undefined)
  expect(readIcy(sound)).toBe(undefined)
})

test('of any format', async () => {
  const wav = writeWav({ sampleRateHz: 8000, sampleFormat: 's16', channels: [Int32Array.of(1, 2, 3)] })
  const file = joined(bytes('HTTP/1.1 200 OK\r\nicy-genre: Noise\r\n\r\n'), wav)
  expect(isSound(file)).toBe(true)
  const found = await parseSound(file, undefined, { exact: true })
  expect(found.channels[0]).toEqual(Int32Array.of(1, 2, 3))
  expect(readTags(found.metadata ?? []).fields['icy-genre']).toBe('Noise')
})
