/** Sounds that a program reads: what it leaves behind, and where its files are. */
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folder, laqProcess, MAIN } from './laq.js'

const mp3 = Uint8Array.from([0xff, 0xfb, 0x90, 0x64, ...new Array(1000).fill(0)])

/** A folder of programs, of which each does what the shell is told. */
function programs(cwd: string, script: string): string {
  const bin = join(cwd, 'bin')
  mkdirSync(bin)
  for (const name of ['ffmpeg', 'ffprobe']) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  return `${bin}:${process.env.PATH}`
}

test('a signal ends the program that reads, and leaves no file', async () => {
  const cwd = folder()
  const TMPDIR = join(cwd, 'tmp')
  mkdirSync(TMPDIR)
  const env = { ...process.env, TMPDIR, PATH: programs(cwd, `touch ${join(cwd, 'started')}; exec sleep 60`) }
  writeFileSync(join(cwd, 'a.mp3'), mp3)
  const child = spawn(process.execPath, [MAIN, 'encode', 'a.mp3'], { cwd, env, stdio: 'ignore' })
  const ended = new Promise((resolve) => child.on('close', resolve))
  await expect.poll(() => existsSync(join(cwd, 'started')), { timeout: 20_000 }).toBe(true)
  expect(readdirSync(TMPDIR).length).toBe(1)
  child.kill('SIGTERM')
  expect(await ended).toBe(143)
  expect(readdirSync(TMPDIR)).toEqual([])
})

test('without the folder that TMPDIR names, another is taken', async () => {
  const cwd = folder()
  const env = {
    TMPDIR: join(cwd, 'missing'),
    PATH: programs(cwd, `for word; do case "$word" in file:*) test -s "\${word#file:}" && echo found it >&2;; esac; done; exit 3`),
  }
  writeFileSync(join(cwd, 'a.mp3'), mp3)
  expect((await laqProcess(['encode', 'a.mp3'], { cwd, env })).stderr).toBe('laq: a.mp3: ffprobe ended with 3: found it\n')
  expect(existsSync(join(cwd, 'missing'))).toBe(false)
})
