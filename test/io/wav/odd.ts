/** The files of corpus/audio/odd_wav: what each one holds, what else reads it, or why it is refused. */

/** Sample format, rate in Hz, channels, samples per channel. */
export const HELD: Record<string, [string, number, number, number]> = {
  'audio_correct_float64.wav': ['f64', 44100, 1, 44100],
  'goaudio__8bit.wav': ['u8', 44100, 1, 88200],
  // of odd size, with the padding byte that many writers forget
  'goaudio__bwf.wav': ['s24', 44100, 1, 7287],
  'goaudio__kick.wav': ['s16', 22050, 1, 4484],
  'goaudio__padded24b.wav': ['s24', 44100, 1, 3713],
  // says 0 valid bits of 32: the container counts
  'hound__nonstandard-02.wav': ['s32', 48000, 2, 2],
  'hound__pcmwaveformat-16bit-44100Hz-mono.wav': ['s16', 44100, 1, 4],
  'hound__pcmwaveformat-8bit-44100Hz-mono.wav': ['u8', 44100, 1, 4],
  'hound__waveformatex-16bit-44100Hz-mono-extra.wav': ['s16', 44100, 1, 4],
  'hound__waveformatex-16bit-44100Hz-stereo.wav': ['s16', 44100, 2, 4],
  'hound__waveformatex-ieeefloat-44100Hz-mono.wav': ['f32', 44100, 1, 4],
  // 24 valid bits of 32, which the writer put at the bottom; the standard has them at the top, and so has every reader
  'hound__waveformatextensible-24bit-4byte-48kHz-stereo.wav': ['s32', 48000, 2, 2],
  'hound__waveformatextensible-ieeefloat-44100Hz-mono.wav': ['f32', 44100, 1, 4],
  'lmms24bit.wav': ['s24', 44100, 2, 75520],
  'pedalboard__impulse_response.wav': ['s16', 44100, 1, 18899],
  'scipy__test-1234Hz-le-1ch-10S-20bit-extra.wav': ['s24', 1234, 1, 10],
  'scipy__test-44100Hz-2ch-32bit-float-le.wav': ['f32', 44100, 2, 441],
  'scipy__test-44100Hz-le-1ch-4bytes.wav': ['s32', 44100, 1, 4410],
  'scipy__test-8000Hz-be-3ch-5S-24bit.wav': ['s24', 8000, 3, 5],
  'scipy__test-8000Hz-le-2ch-1byteu.wav': ['u8', 8000, 2, 800],
  'scipy__test-8000Hz-le-3ch-5S-24bit-rf64.wav': ['s24', 8000, 3, 5],
  'scipy__test-8000Hz-le-4ch-9S-12bit.wav': ['s16', 8000, 4, 9],
  'short_visqol__10000_sample_guitar48_stereo_10000_sample.wav': ['s16', 48000, 2, 10000],
  'short_visqol__100_sample_guitar48_stereo_100_sample.wav': ['s16', 48000, 2, 100],
  'short_visqol__1_sample_guitar48_stereo_1_sample.wav': ['s16', 48000, 2, 1],
  'teragon__a440-16bit-stereo.wav': ['s16', 44100, 2, 10595],
  'teragon__a440-24bit-stereo.wav': ['s24', 44100, 2, 10595],
  'teragon__a440-32bit-stereo.wav': ['f32', 44100, 2, 10595],
  'teragon__a440-8bit-stereo.wav': ['u8', 44100, 2, 10595],
  'teragon__a440-stereo-ffmpeg.wav': ['s16', 44100, 2, 10595],
  'wav_stereo_8bit_44100.wav': ['u8', 44100, 2, 352800],
  'wavefilejs__16bit-8kHz-1c-reaper-region.wav': ['s16', 8000, 2, 24000],
  'wavefilejs__16bit-8kHz-1c-reaper-utf8cue.wav': ['s16', 8000, 1, 9178],
  'wavefilejs__32bitIEEE-16kHz-bext-mono.wav': ['f32', 16000, 1, 27429],
  'wavefilejs__Audacity-16bit.wav': ['s16', 8000, 2, 31493],
  'wavefilejs__M1F1-int12WE-AFsp.wav': ['s16', 8000, 2, 23493],
}

export const REFUSED: Record<string, string> = {
  'hound__fuzz_crash-b8447179832529c48f9c6bf17feab6337bbc78ea.wav':
    "truncated: WAV: chunk 'fmt ' at byte 12 has 21 of its 4278190336 bytes",
  'hound__fuzz_crash-e5471f5b58397287b509db7d026e95f1724454f5.wav': 'malformed: WAV: 0 bits per sample in blocks of 0 bytes for 1 channels',
  'hound__fuzz_oom-48ae4cd061ff8578ad3f23dc87624bd365cf5216.wav': "truncated: WAV: chunk 'oooo' at byte 12 has 2 of its 2974173522 bytes",
  'pedalboard__audio_correct_adpcm_ms.wav': 'unsupported: WAV: samples of format 0x0002 (Microsoft ADPCM), not PCM or float',
  'pedalboard__audio_correct_mono_sine_at_44100Hz.flac': 'unsupported: FLAC, not a WAV file',
  'pedalboard__audio_correct_mp3_in_wav.wav': 'unsupported: WAV: samples of format 0x0055 (MP3), not PCM or float',
  'scipy__test-44100Hz-le-1ch-4bytes-early-eof-no-data.wav': 'truncated: WAV: the file ends at byte 72, before its data chunk',
  'scipy__test-44100Hz-le-1ch-4bytes-incomplete-chunk.wav': 'truncated: WAV: the file ends at byte 13, before its fmt chunk',
  'scipy__test-8000Hz-le-3ch-5S-36bit.wav': 'unsupported: WAV: integer samples of 36 bits in 5 bytes',
  'scipy__test-8000Hz-le-3ch-5S-53bit.wav': 'unsupported: WAV: integer samples of 53 bits in 7 bytes',
  'teragon__a440-16bit-mono.flac': 'unsupported: FLAC, not a WAV file',
  'teragon__a440-16bit-stereo.aiff': 'unsupported: AIFF, not a WAV file',
  'teragon__a440-24bit-mono.flac': 'unsupported: FLAC, not a WAV file',
  'teragon__a440-24bit-stereo.aiff': 'unsupported: AIFF, not a WAV file',
  'teragon__a440-32bit-mono.flac': 'unsupported: FLAC, not a WAV file',
  'teragon__a440-32bit-stereo.aiff': 'unsupported: AIFF, not a WAV file',
  'teragon__a440-8bit-mono.flac': 'unsupported: FLAC, not a WAV file',
  'teragon__a440-8bit-stereo.aiff': 'unsupported: AIFF, not a WAV file',
  'wavefilejs__4bit-imaadpcm-8kHz-noBext-mono-encoded.wav': 'unsupported: WAV: samples of format 0x0011 (IMA ADPCM), not PCM or float',
  'wavefilejs__8bit-alaw-8kHz-noBext-mono-encoded.wav': 'unsupported: WAV: samples of format 0x0006 (A-law), not PCM or float',
  'wavefilejs__ima22m.wav': 'unsupported: WAV: samples of format 0x0011 (IMA ADPCM), not PCM or float',
}

/** Those of {@link REFUSED} that are no WAV files of plain samples, and are read by others: AIFF here, FLAC by a package. */
export const FOREIGN: Record<string, [string, number, number, number]> = {
  'pedalboard__audio_correct_mono_sine_at_44100Hz.flac': ['s16', 44100, 1, 220500],
  // the names are not what they hold
  'teragon__a440-16bit-mono.flac': ['s16', 44100, 2, 10595],
  'teragon__a440-24bit-mono.flac': ['s24', 44100, 2, 10595],
  'teragon__a440-32bit-mono.flac': ['s24', 44100, 2, 10595],
  'teragon__a440-8bit-mono.flac': ['s16', 44100, 2, 10595],
  'teragon__a440-16bit-stereo.aiff': ['s16', 44100, 2, 10595],
  'teragon__a440-24bit-stereo.aiff': ['s24', 44100, 2, 10595],
  'teragon__a440-32bit-stereo.aiff': ['f32', 44100, 2, 10595],
  'teragon__a440-8bit-stereo.aiff': ['u8', 44100, 2, 10595],
}

/** Those that ffmpeg reads. Lengths of lossy codecs are left to it. */
export const BY_FFMPEG: Record<string, [string, number, number]> = {
  'pedalboard__audio_correct_adpcm_ms.wav': ['s16', 44100, 1],
  'pedalboard__audio_correct_mp3_in_wav.wav': ['s16', 44100, 1],
  'wavefilejs__4bit-imaadpcm-8kHz-noBext-mono-encoded.wav': ['s16', 8000, 1],
  'wavefilejs__8bit-alaw-8kHz-noBext-mono-encoded.wav': ['s16', 8000, 1],
  'wavefilejs__ima22m.wav': ['s16', 22050, 1],
}
