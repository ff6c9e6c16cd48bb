/** Options of commands on what sounds are read from and written to. */
import { extname } from 'node:path'
import type { Options } from 'yargs'
import { LaqError } from '../../codecs/errors.js'
import type { Limits } from '../../codecs/limits.js'
import type { AudioData } from '../audio.js'
import type { Warned } from '../calls/warnings.js'
import { parseRawFormat, RAW_ENCODINGS, type RawFormat } from '../io/sound/rawpcm.js'
import { keptParts } from '../io/wav/kept.js'
import { flag, STDIO_WORD, UsageError } from './arguments.js'
import { FileError } from './errors.js'
import { isNamedOtherwise } from './files.js'

/** An option for the format of samples without a header. */
function raw(describe: string): Options {
  return {
    type: 'string',
    requiresArg: true,
    describe: `${describe}: encoding,channels,rate such as s16le,2,44100 (${RAW_ENCODINGS.join(', ')})`,
    coerce: (given: unknown) => {
      const value = Array.isArray(given) ? given[given.length - 1] : given
      if (value === undefined || typeof value === 'object') return value
      try {
        return parseRawFormat(String(value))
      } catch (error) {
        throw new UsageError(`--raw ${value}: ${(error as Error).message}`)
      }
    },
  }
}

export const SOUND_INPUT = {
  raw: raw('sound: the input is samples without a header'),
  'keep-chunks': flag('sound: keep all chunks of a WAV file; decode restores them'),
  replaygain: flag('sound: measure loudness, and store gain and peak as tags'),
}

export const SOUND_OUTPUT = {
  raw: raw('sound: write samples without a header'),
  replaygain: flag('sound: apply the gain of its tags or, without them, a measured one; never clip'),
}

/** Values of {@link SOUND_INPUT} and {@link SOUND_OUTPUT}. */
export interface SoundArguments {
  raw?: RawFormat
  keepChunks?: boolean
  replaygain?: boolean
}

/** @throws UsageError on options that do not go together */
export function checkSoundInput({ raw, keepChunks }: SoundArguments): void {
  if (raw && keepChunks) throw new UsageError('--keep-chunks does not go with --raw, which has no chunks')
}

/**
 * The sound of an input file.
 *
 * @param exact integers as integers, for lossless coding
 */
export async function readSound(
  file: Uint8Array,
  { raw, keepChunks = false, replaygain = false }: SoundArguments,
  limits: Partial<Limits>,
  exact: boolean,
  { onWarning }: Warned,
): Promise<AudioData> {
  const sound = raw
    ? (await import('../io/sound/rawpcm.js')).readRaw(file, raw, limits)
    : await (await import('../io/sound/sound.js')).parseSound(file, limits, { exact, keepChunks, onWarning })
  if (keepChunks && !keptParts(sound.metadata ?? []))
    throw new LaqError('unsupported', '--keep-chunks keeps those of WAV files with plain samples only')
  if (!replaygain) return sound
  const { withReplayGain } = await import('../io/tags/replaygain.js')
  const { loudness } = await import('../audio/loudness.js')
  return { ...sound, metadata: withReplayGain(sound.metadata ?? [], loudness(sound)) }
}

/** Suffixes of sounds that are written. */
const SUFFIXES = ['.wav', '.w64', '.rf64']

/** @throws FileError if nothing is written under this name */
export function expectSoundOutput(output: string, { raw }: SoundArguments): void {
  const suffix = extname(output).toLowerCase()
  if (raw && isNamedOtherwise(output)) throw new FileError(output, new Error(`--raw writes bare samples, not ${suffix}`))
  if (raw || output === STDIO_WORD || SUFFIXES.includes(suffix)) return
  throw new FileError(output, new Error(`sounds are not written as ${suffix || 'files without a suffix'}, but as ${SUFFIXES.join(', ')}`))
}

/** The file that a sound becomes: raw samples, or WAV; by the suffix, Wave64 or RF64. */
export async function formatSound(
  sound: AudioData,
  output: string,
  { raw, replaygain = false }: SoundArguments,
  { onWarning }: Warned,
): Promise<Uint8Array> {
  const audio = replaygain ? (await import('../io/tags/replaygain.js')).withGainApplied(sound) : sound
  if (raw) {
    const { writeRaw } = await import('../io/sound/rawpcm.js')
    return writeRaw(audio, raw, { onWarning })
  }
  const { writeWav } = await import('../io/wav/wav.js')
  const { keptOf } = await import('../io/wav/restore.js')
  const suffix = extname(output).toLowerCase()
  // a file that was kept is what it was, under any name but that of another family
  const wanted = suffix === '.w64' ? 'W64' : suffix === '.rf64' ? 'RF64' : undefined
  return writeWav(audio, { onWarning, ...(wanted && keptOf(audio.metadata ?? [])?.header.kind !== wanted && { kind: wanted }) })
}
