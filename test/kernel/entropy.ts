import { codeExpGolomb, codeExpGolombBypass, codeSigned } from '../../codecs/entropy/kernel/integers'
import { cost, fillLogisticTables, squash, stretch } from '../../codecs/entropy/kernel/logistic'
import { codeAdaptive, codeMixed, initModel, resetApms, resetStates, resetWeights } from '../../codecs/entropy/kernel/model'
import { codeBypass, finishEncoding, startDecoding, startEncoding } from '../../codecs/entropy/kernel/rangecoder'
import { allocate, mark, release } from '../../codecs/wasm/kernel/arena'

export function squashOf(x: i32): i32 {
  fillLogisticTables()
  return squash(x)
}

export function stretchOf(p: i32): i32 {
  fillLogisticTables()
  return stretch(p)
}

export function costOf(p: i32): i32 {
  fillLogisticTables()
  return cost(p)
}

/**
 * A stream of `count` elements with every kind of code in turn: element i is coded by kind[i]: 0 mixed bit (contexts from the
 * previous bits), 1 adaptive bit, 2 bypass of 5 bits, 3 exp-Golomb, 4 exp-Golomb bypass, 5 signed.
 * Encodes values (i32) to `bytes` and returns the length, or decodes `length` bytes to values.
 */
export function codeElements(kinds: usize, values: usize, count: i32, bytes: usize, length: i32): i32 {
  const start = mark()
  initModel(255)
  const states = allocate(4 * 1024)
  const weights = allocate(32)
  const apm = allocate(68)
  resetStates(states, 1024)
  resetWeights(weights, 1, 20000)
  resetApms(apm, 1)
  const decoding = length >= 0
  if (decoding) startDecoding(bytes, length)
  else startEncoding(bytes)
  let history: usize = 0
  for (let i = 0; i < count; i++) {
    const kind = load<u8>(kinds + i)
    let value = decoding ? 0 : load<i32>(values + ((<usize>i) << 2))
    if (kind == 0) {
      value = codeMixed(
        value,
        states,
        states + 4 + ((history & 1) << 2),
        states + 16 + ((history & 7) << 2),
        states + 64 + ((history & 63) << 2),
        weights,
        apm,
      )
      history = (history << 1) | value
    } else if (kind == 1) value = codeAdaptive(value, states + 512)
    else if (kind == 2) value = codeBypass(value, 5)
    else if (kind == 3) value = codeExpGolomb(value, states + 1024)
    else if (kind == 4) value = codeExpGolombBypass(value, 2)
    else value = codeSigned(value, states + 2048)
    if (decoding) store<i32>(values + ((<usize>i) << 2), value)
  }
  const written = decoding ? length : finishEncoding()
  release(start)
  return written
}
