/** Sound: samples to .laq bytes and back, whole or as they come. Runs on any platform. */
export { type DecodeAudioOptions, decodeAudio } from './audio/decode.js'
export { encodeAudio } from './audio/encode.js'
export { asFloats, type FloatAudio, floatChannels } from './audio/floats.js'
export { type AudioFrames, type AudioInspection, type AudioSegments, inspectAudio } from './audio/inspect.js'
export { type AudioDamage, openAudio } from './audio/openfile.js'
export type { EncodeAudioOptions, SoundOptions } from './audio/options.js'
export type { AudioData, AudioFormat, Channels } from './audio/sound.js'
