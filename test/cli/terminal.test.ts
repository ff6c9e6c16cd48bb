import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { jsonLine, plain, plainLines } from '../../src/cli/terminal.js'
import { encodeAudio } from '../../src/index.js'
import { writePicture } from '../../src/io/tags/picture.js'
import { fieldsTag, pictureTag } from '../../src/io/tags/tags.js'
import { whole } from '../audio/stream/sounds.js'
import { folder, laq } from './laq.js'

/** Clears the screen; names the window; in old 8-bit form; turns around what follows. */
const orders = ['\x1b[2J', '\x1b]0;title\x07', '\x9b31m', '\u202e', '\r', '\b', '\x7f', '\u2028']

describe('orders to terminals', () => {
  test('become spaces', () => {
    for (const order of orders)
      expect(plain(`a${order}b`)).toBe(`a ${order.replaceAll(/[^ -~]/g, '')}${order.endsWith('\x07') ? ' ' : ''}b`)
    expect(plain('ä 平和 👩‍👩‍👧 \n two')).toBe('ä 平和 👩‍👩‍👧   two')
    expect(plainLines('one\n\ttwo\x1b')).toBe('one\n\ttwo ')
  })

  test('are escaped in JSON, and come back', () => {
    const value = { text: orders.join(' '), nested: ['\u0085', '平和', '\ud800'] }
    const line = jsonLine(value)
    expect(line.slice(0, -1)).toMatch(/^[ -~平和]*$/)
    expect(JSON.parse(line)).toEqual(value)
  })

  test('in media types, descriptions, names of fields and of files reach no terminal', async () => {
    const cwd = folder()
    const order = orders.join('')
    const metadata = [
      fieldsTag([['TITLE', `a title${order}`]]),
      fieldsTag([[`N\x1b[2J`, 'x']]),
      pictureTag(writePicture({ type: 3, mediaType: `image/png${order}`, description: `d${order}`, bytes: new Uint8Array(9) })),
    ]
    const name = 'na\x1b[2Jme.laq'
    writeFileSync(join(cwd, name), await encodeAudio({ ...whole(100), metadata }))
    const said: string[] = []
    for (const words of [
      ['info'],
      ['info', '--json'],
      ['decode', '-o', 'out\x9b.wav'],
      ['decode', '-v', '-o', 'x.nothing\x1b'],
      ['encode'],
    ]) {
      const { stdout, stderr } = await laq([...words, name], { cwd })
      said.push(stdout.toString(), stderr)
    }
    expect(said.join('')).toContain('a title')
    expect(said.join('')).toContain('image/png [2J')
    expect(said.join('').match(/[^\P{Cc}\n]|[\u202e\u2028]/gu)).toBeNull()
  })
})
