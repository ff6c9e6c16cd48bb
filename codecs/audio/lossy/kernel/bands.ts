/**
 * Bands: about half a Bark each, at least 4 lines. Critical bands are 100 Hz wide up to 500 Hz and a fifth of their frequency above
 * (E. Zwicker 1961), so a band that starts at f has max(50, f / 10) Hz, in lines of sampleRate / 2M Hz, rounded down.
 * FORMAT.md, "Bands".
 */
import { Row } from '../../../wasm/kernel/row'

export const MAX_BANDS: i32 = 96
const LEAST_LINES: i32 = 4

/** Fills `edges` with the first line of each band and the number of lines behind the last; returns how many bands. */
export function fillBands(edges: Row<u16>, lines: i32, sampleRateHz: i32): i32 {
  let count = 0
  let start = 0
  while (start < lines && count < MAX_BANDS - 1) {
    edges[count] = <u16>start
    count++
    // width in lines: max(50, f / 10) * 2 M / rate, f = start * rate / 2M
    const least = <i32>((100 * <i64>lines) / <i64>sampleRateHz)
    start += max(LEAST_LINES, max(least, start / 10))
    if (lines - start < LEAST_LINES) start = lines
  }
  edges[count] = <u16>lines
  return count
}

/** Tilt of the step over frequency: 2^(tilt/64) per octave above 1 kHz (and below, down to 300 Hz off), in 1/64 octave, for the band's middle. */
export function bandTilt(firstLine: i32, lastLine: i32, lines: i32, sampleRateHz: i32, tilt: i32): i32 {
  const middleHz = ((<f64>firstLine + <f64>lastLine) * <f64>sampleRateHz) / (4 * <f64>lines)
  return <i32>Math.floor(<f64>tilt * Math.log2(middleHz / 1000 + 0.3) + 0.5)
}
