/**
 * ViSQOL in audio mode (M. Chinen et al., ViSQOL v3, QoMEX 2020). Its last stage is a trained model that we cannot have without
 * copying it: the program does it where it is installed, as `visqol` or under the name in LAQ_VISQOL.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { writeWav } from '../io/wav/wav.js'
import { type AudioSamples, aligned } from '../metrics/audiopair.js'
import { resample } from '../metrics/resample.js'

/** The rate that audio mode wants. */
const RATE = 48000

/**
 * MOS-LQO, 1 to some 4.7; of sounds that are aligned first.
 *
 * @returns undefined where the program is not installed
 * @throws Error with what the program said, if it fails
 */
export async function visqol(reference: AudioSamples, test: AudioSamples): Promise<number | undefined> {
  const pair = await aligned(reference, test)
  const folder = await mkdtemp(join(tmpdir(), 'laq-visqol-'))
  try {
    const paths = [join(folder, 'reference.wav'), join(folder, 'test.wav')]
    for (const [i, side] of [pair.channels, pair.test].entries()) {
      const channels = side.map((channel) => resample(channel, pair.sampleRateHz, RATE))
      await writeFile(paths[i], writeWav({ sampleRateHz: RATE, sampleFormat: 's16', channels }))
    }
    const words = ['--reference_file', paths[0], '--degraded_file', paths[1]]
    const { stdout } = await promisify(execFile)(process.env.LAQ_VISQOL ?? 'visqol', words)
    const score = Number(/MOS-LQO:\s*([\d.]+)/.exec(stdout)?.[1])
    if (!Number.isFinite(score)) throw new Error(`visqol tells no MOS-LQO: ${stdout.trim().slice(-200)}`)
    return score
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
