/** What runs in the processes of a sweep: encodes, decodes and measures, one point at a time. */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writeWhole } from '../io/output.js'
import { Peers, parseCodec } from './codecspec.js'
import { type Item, readItem } from './item.js'
import { pointOf } from './measure.js'
import type { Coder, Media } from './peers/peer.js'
import type { Answer, Job, Setup } from './process.js'
import type { OperatingPoint } from './run.js'

const setup = JSON.parse(process.argv[2]) as Setup
const peers = Peers.load(setup.peers)

const coders = new Map<string, Promise<{ coder: Coder<Media>; suffix: string }>>()
/** The item of the last job: jobs come item by item. */
let last: { path: string; item: Item } | undefined

async function coderOf({ kind, codec }: Job): Promise<{ coder: Coder<Media>; suffix: string }> {
  const key = `${kind} ${codec}`
  let made = coders.get(key)
  if (!made) {
    const spec = parseCodec(codec)
    const peer = (await peers).find(kind, spec.peer)
    made = peer.open(spec.options).then((coder) => ({ coder: coder as Coder<Media>, suffix: peer.suffix }))
    coders.set(key, made)
  }
  return made
}

/** Codecs that have run. */
const warm = new Set<string>()

async function measure(job: Job): Promise<OperatingPoint> {
  const { codec, item: name, path, setting, metrics, keep } = job
  if (last?.path !== path) last = { path, item: await readItem(path) }
  const { item } = last
  const { coder, suffix } = await coderOf(job)
  if (!warm.has(codec)) {
    // a first run compiles kernels and loads libraries: it is not what is measured
    warm.add(codec)
    const { bytes } = await coder.encode(item.media, setting)
    await coder.decode(bytes, item.media)
  }
  const encoded = await coder.encode(item.media, setting)
  const decoded = await coder.decode(encoded.bytes, item.media)
  if (keep !== undefined) {
    await mkdir(dirname(keep), { recursive: true })
    await writeWhole(`${keep}.${suffix}`, encoded.bytes, { force: true })
  }
  return pointOf(item, { codec, item: name, setting }, encoded, decoded, metrics)
}

process.on('message', async (job: Job) => {
  let answer: Answer
  try {
    answer = { point: await measure(job) }
  } catch (error) {
    answer = { failed: error instanceof Error ? error.message : String(error) }
  }
  process.send?.(answer)
})
// whoever ordered the work is gone
process.on('disconnect', () => process.exit())
