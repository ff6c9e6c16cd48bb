/** Where commands write: files that are whole or absent, standard output, names. */
import { spawnSync } from 'node:child_process'
import { existsSync, linkSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { writePng } from '../../src/io/image/png.js'
import { writeWav } from '../../src/io/wav/wav.js'
import { pattern } from '../pictures.js'
import { folder, laq, laqProcess, MAIN } from './laq.js'

let png: Buffer
beforeAll(async () => {
  png = await writePng(pattern(96, 64))
})

/** A folder with a.png, b.png in it. */
function pictures(): string {
  const cwd = folder()
  for (const name of ['a.png', 'b.png']) writeFileSync(join(cwd, name), png)
  return cwd
}

describe('outputs', () => {
  test('an existing one is refused without -f, and left as it is', async () => {
    const cwd = pictures()
    writeFileSync(join(cwd, 'a.laq'), 'mine')
    const refused = await laq(['encode', 'a.png'], { cwd })
    expect(refused).toMatchObject({ code: 1, stderr: 'laq: a.laq: exists; -f replaces it\n' })
    expect(readFileSync(join(cwd, 'a.laq'), 'utf8')).toBe('mine')
    expect((await laq(['encode', 'a.png', '-f'], { cwd })).code).toBe(0)
    expect(readFileSync(join(cwd, 'a.laq'), 'latin1').slice(1, 4)).toBe('LAQ')
  })

  test('-f writes through a symbolic link', async () => {
    const cwd = pictures()
    writeFileSync(join(cwd, 'target.laq'), 'old')
    symlinkSync('target.laq', join(cwd, 'a.laq'))
    await laq(['encode', 'a.png', '-f'], { cwd })
    expect(readFileSync(join(cwd, 'target.laq'), 'latin1').slice(1, 4)).toBe('LAQ')
  })

  test('an input is never written over, under any name it has', async () => {
    const cwd = folder()
    writeFileSync(join(cwd, 'a'), png)
    symlinkSync('a', join(cwd, 'soft'))
    linkSync(join(cwd, 'a'), join(cwd, 'hard'))
    for (const output of ['a', './a', 'soft', 'hard']) {
      const refused = await laq(['encode', '-f', 'a', '-o', output], { cwd })
      expect(refused).toMatchObject({ code: 2, stderr: `laq: a: is also the output, ${output}; choose another name\n` })
    }
    const script = (words: string) => spawnSync('sh', ['-c', `"${process.execPath}" "${MAIN}" ${words}`], { cwd })
    expect(script('encode -f - -o soft < a').status).toBe(2)
    expect(script('encode a -o - >> hard').status).toBe(2)
    expect(readFileSync(join(cwd, 'a')).equals(png)).toBe(true)
    expect((await laq(['encode', 'a'], { cwd })).code).toBe(0)
    for (const words of [
      ['decode', '-f', 'a.laq', '-o', 'a.laq'],
      ['strip', '-f', 'a.laq', '-o', 'a.laq'],
    ])
      expect((await laq(words, { cwd })).code).toBe(2)
  })

  test('two outputs that are one file are refused', async () => {
    const cwd = pictures()
    writeFileSync(join(cwd, 'a.laq'), 'mine')
    linkSync(join(cwd, 'a.laq'), join(cwd, 'b.laq'))
    const { code, stderr } = await laq(['encode', '-f', 'a.png', 'b.png'], { cwd })
    expect([code, stderr]).toEqual([2, 'laq: a.png and b.png would both become b.laq\n'])
    expect(readFileSync(join(cwd, 'a.laq'), 'utf8')).toBe('mine')
  })

  test('a folder that is named as one is made', async () => {
    const cwd = pictures()
    expect((await laq(['encode', 'a.png', 'b.png', '-o', 'new/deep/'], { cwd })).code).toBe(0)
    expect(readdirSync(join(cwd, 'new/deep')).sort()).toEqual(['a.laq', 'b.laq'])
    expect(await laq(['encode', 'a.png', '-o', 'a.png/'], { cwd })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^laq: a\.png\/: /),
    })
  })

  test('names may have anything in them that names can have', async () => {
    const cwd = folder()
    const long = 'é'.repeat(123)
    const names = ['$$&$`b', '-x', '--', '{name}', 'a b\'"c', long, `${'日'.repeat(82)}ab`]
    for (const name of names) writeFileSync(join(cwd, `${name}.png`), png)
    const encoded = await laq(['encode', '-q', '5', '--quiet', '-o', '{name}.laq', '--', ...names.map((name) => `${name}.png`)], { cwd })
    expect(encoded).toMatchObject({ code: 0, stderr: '' })
    const decoded = await laq(['decode', '-f', '--quiet', '--', ...names.map((name) => `${name}.laq`)], { cwd })
    expect(decoded).toMatchObject({ code: 0, stderr: '' })
    expect(readdirSync(cwd).sort()).toEqual(names.flatMap((name) => [`${name}.laq`, `${name}.png`]).sort())
    const shortened = await laq(['encode', '-o', '-', '--', '-'], { input: png })
    expect(shortened.code).toBe(0)
  })

  test('nothing is left behind by a failure', async () => {
    const cwd = folder()
    writeFileSync(join(cwd, 'bad.png'), png.subarray(0, png.length - 20))
    const failed = await laq(['encode', 'bad.png'], { cwd })
    expect(failed.code).toBe(1)
    expect(failed.stderr).toMatch(/^laq: bad\.png: PNG: .*\n$/)
    expect(readdirSync(cwd)).toEqual(['bad.png'])
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends it at once with %i and leaves no file', async (signal, code) => {
    const cwd = folder()
    writeFileSync(join(cwd, 'large.png'), await writePng(pattern(4000, 3000)))
    // many passes: no machine is done with them before the signal, and none still starts the program
    const ended = await laqProcess(['encode', '-e', '9', '--target-bpp', '0.7', 'large.png'], { cwd, kill: { signal, afterMs: 3000 } })
    expect(ended.code).toBe(code)
    expect(readdirSync(cwd)).toEqual(['large.png'])
  })
})

describe('standard output that takes no more fails the command, with a word', () => {
  const sh = (script: string, cwd: string) => spawnSync('sh', ['-c', script.replaceAll('LAQ', `"${process.execPath}" "${MAIN}"`)], { cwd })
  const cwdWithFiles = async () => {
    const cwd = pictures()
    const noise = Float32Array.from({ length: 50_000 }, (_, i) => Math.fround(Math.sin(i * i)))
    writeFileSync(join(cwd, 'sound'), writeWav({ sampleRateHz: 8000, sampleFormat: 's16', channels: [noise] }))
    await laq(['encode', 'a.png', '-o', 'a'], { cwd })
    await laq(['encode', '--lossless', 'sound', '-o', 's'], { cwd })
    return cwd
  }

  test.runIf(existsSync('/dev/full'))('a device that is full', async () => {
    const cwd = await cwdWithFiles()
    const commands = ['encode a.png -o -', 'decode a -o -', 'decode - < s', 'info a']
    for (const command of [...commands, 'encode --json a.png', '--help', '--version']) {
      const { status, stderr } = sh(`LAQ ${command} > /dev/full`, cwd)
      expect([command, status, stderr.toString()]).toEqual([command, 1, 'laq: standard output: no space left\n'])
    }
    // of messages alone nothing is told, and the work is done
    expect(sh('LAQ encode a.png -o other.laq 2> /dev/full', cwd).status).toBe(0)
    expect(existsSync(join(cwd, 'other.laq'))).toBe(true)
  })

  test('a file that has room for a part', async () => {
    const cwd = await cwdWithFiles()
    // in blocks of 512 bytes
    for (const command of [
      'encode a.png -q 100 -o -',
      'decode a -o -',
      'encode --lossless -o - sound',
      'cat sound | LAQ encode --lossless -',
      'decode - < s',
    ]) {
      const { status, stderr } = sh(`trap '' XFSZ; ulimit -f 2; ${command.startsWith('cat') ? command : `LAQ ${command}`} > part`, cwd)
      expect([command, status, stderr.toString()]).toEqual([command, 1, 'laq: standard output: is larger than files may be\n'])
      expect(statSync(join(cwd, 'part')).size).toBeLessThanOrEqual(2048)
    }
  })
})
