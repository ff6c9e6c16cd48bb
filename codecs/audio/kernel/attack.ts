/**
 * Attacks: where a frame should be short. An encoder's decision, nothing normative.
 *
 * The high-passed signal is measured in blocks of M/8. A block is an attack if it holds more than RATIO times the energy of what
 * came before, a decaying mean, and is loud enough to matter. Frame t is short if an attack lies where its short windows
 * are centred, in the middle M of its 2M samples. Only samples from 2M before the frame's middle on are looked at, so that
 * segments agree about the frames that they share.
 */

const RATIO: f32 = 9
/** Mean square of the high-passed block below which nothing is an attack: about 70 dB below full scale 2^15. */
const QUIET: f32 = 100

/**
 * Whether a channel has an attack in frame t. `samples`: f32, the first of frame t; 1.5 M before it must exist.
 */
export function hasAttack(samples: usize, lines: i32): bool {
  const block = lines >> 3
  // 8 blocks of history, then the 8 of the middle
  let at = samples - ((<usize>(lines >> 1)) << 2)
  let mean: f32 = -1
  let first = load<f32>(at - 8)
  let second = load<f32>(at - 4)
  for (let b = 0; b < 16; b++) {
    let energy: f32 = 0
    for (let i = 0; i < block; i++) {
      const x = load<f32>(at)
      const high = x - 2 * second + first
      energy += high * high
      first = second
      second = x
      at += 4
    }
    energy /= <f32>block
    if (b >= 8 && energy > QUIET && energy > RATIO * mean) return true
    mean = mean < 0 ? energy : max<f32>(energy, mean * 0.7) * 0.5 + mean * 0.5
  }
  return false
}
