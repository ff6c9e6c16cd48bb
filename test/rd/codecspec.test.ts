import { expect, test } from 'vitest'
import { folderOf, Peers, parseCodec } from '../../src/rd/codecspec.js'

test('a codec is a name and options', () => {
  expect(parseCodec('laq')).toEqual({ id: 'laq', peer: 'laq', options: {} })
  expect(parseCodec('avif:effort=9:tune=psnr').options).toEqual({ effort: '9', tune: 'psnr' })
  expect(parseCodec('avif:chroma=4:2:0:effort=2').options).toEqual({ chroma: '4:2:0', effort: '2' })
  expect(parseCodec('own:at=a=b').options).toEqual({ at: 'a=b' })
})

test.each([
  ['', 'nothing is no name'],
  [':a=b', 'nothing is no name'],
  ['../laq', '../laq is no name'],
  ['laq:fast', 'fast is no option'],
  ['laq:=5', '=5 is no option'],
  ['laq:effort=5:effort=6', 'effort is there twice'],
])('%s is none: %s', (id, message) => {
  expect(() => parseCodec(id)).toThrow(message)
})

test('folders of different codecs differ, and stay below their parent', () => {
  const ids = ['laq', 'laq:laq=0', 'laq:laq=0.5', 'laq~3Alaq=0', 'own:path=../../x']
  const folders = ids.map(folderOf)
  expect(new Set(folders).size).toBe(ids.length)
  for (const folder of folders) expect(folder).not.toMatch(/[/\\]/)
})

test('peers of the house are found by kind and name, and refuse options that they have not', async () => {
  const peers = await Peers.load()
  expect(peers.find('image', 'laq')).not.toBe(peers.find('audio', 'laq'))
  expect(() => peers.find('image', 'opus')).toThrow(/no image codec opus; there are laq, avif, jxl, webp, mozjpeg, png/)
  for (const [name, option] of [
    ['laq', 'speed'],
    ['avif', 'quality'],
    ['webp', 'tune'],
    ['mozjpeg', 'effort'],
    ['png', 'effort'],
    ['jxl', 'tune'],
  ]) {
    await expect(peers.find('image', name).open({ [option]: '1' })).rejects.toThrow(`${name} has no option ${option}`)
  }
  await expect(peers.find('image', 'avif').open({ effort: '10' })).rejects.toThrow('avif: effort=10 is not one of 0, 1,')
  await expect(peers.find('audio', 'opus').open({ effort: '10' })).rejects.toThrow('opus has no option effort; it has none')
})
