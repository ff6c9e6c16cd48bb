/** Signal-to-noise ratio of a sound against its original. */

/**
 * 10 log10 of the energy of `original` over that of the difference, all channels together, in dB; Infinity if they are equal.
 *
 * @param original channels of samples
 * @param decoded as many channels of as many samples
 * @throws RangeError if they differ in number
 */
export function snr(original: readonly Float32Array[], decoded: readonly Float32Array[]): number {
  if (original.length !== decoded.length) throw new RangeError(`${original.length} channels against ${decoded.length}`)
  let signal = 0
  let noise = 0
  for (const [c, channel] of original.entries()) {
    const other = decoded[c]
    if (channel.length !== other.length) throw new RangeError(`channel ${c}: ${channel.length} samples against ${other.length}`)
    for (let i = 0; i < channel.length; i++) {
      signal += channel[i] ** 2
      noise += (channel[i] - other[i]) ** 2
    }
  }
  return noise === 0 ? Infinity : 10 * Math.log10(signal / noise)
}
