import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { removeUnfinished, writeWhole } from '../../src/io/output.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'laq-output-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const bytes = Buffer.from('the bytes')

test('a new file is whole, and alone in its folder', async () => {
  await writeWhole(join(folder, 'a'), bytes)
  expect(readFileSync(join(folder, 'a'))).toEqual(bytes)
  expect(readdirSync(folder)).toEqual(['a'])
})

test('an existing one is refused or replaced, keeping its mode', async () => {
  writeFileSync(join(folder, 'a'), 'old', { mode: 0o600 })
  await expect(writeWhole(join(folder, 'a'), bytes)).rejects.toMatchObject({ code: 'EEXIST' })
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('old')
  await writeWhole(join(folder, 'a'), bytes, { force: true })
  expect(readFileSync(join(folder, 'a'))).toEqual(bytes)
  expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o600)
})

test('of many writers without force exactly one wins', async () => {
  const writes = Array.from({ length: 8 }, (_, i) => writeWhole(join(folder, 'a'), Buffer.alloc(1e5, i)))
  const ended = await Promise.allSettled(writes)
  expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(new Set(readFileSync(join(folder, 'a'))).size).toBe(1)
  expect(readdirSync(folder)).toEqual(['a'])
})

test('a write that is interrupted leaves nothing', async () => {
  const write = writeWhole(join(folder, 'a'), Buffer.alloc(5e7))
  for (let i = 0; i < 200 && readdirSync(folder).length === 0; i++) await new Promise((resolve) => setTimeout(resolve, 1))
  removeUnfinished()
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
  await write.catch(() => undefined)
})

test('a device takes the bytes as they come', async () => {
  await writeWhole('/dev/null', bytes)
})
