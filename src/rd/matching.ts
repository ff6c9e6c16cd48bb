/** Finds the setting at which a codec takes about as many bytes as asked for: codecs are seen at their best side by side at equal bytes. */

/** Near enough, as a part of the bytes. */
const NEAR = 0.02
/** Encodings at most. */
const TRIES = 3

interface Sized {
  setting: number
  bytes: number
}

/**
 * Looks between the points that are known, by straight lines in the logarithm of bytes.
 *
 * @param known at least one
 * @param whole settings are integers
 * @param encode makes a point at a setting
 * @returns the known or made point that comes nearest
 */
export async function matched<Point extends Sized>(
  known: readonly Point[],
  bytes: number,
  whole: boolean,
  encode: (setting: number) => Promise<Point>,
): Promise<Point> {
  const distance = (point: Sized) => Math.abs(Math.log(point.bytes / bytes))
  const points = [...known]
  const nearest = () => points.reduce((best, point) => (distance(point) < distance(best) ? point : best))
  for (let i = 0; i < TRIES && distance(nearest()) > Math.log(1 + NEAR); i++) {
    const below = points
      .filter((point) => point.bytes <= bytes)
      .reduce<Point | undefined>((a, b) => (a && a.bytes >= b.bytes ? a : b), undefined)
    const above = points
      .filter((point) => point.bytes > bytes)
      .reduce<Point | undefined>((a, b) => (a && a.bytes <= b.bytes ? a : b), undefined)
    if (!below || !above) break
    const part = Math.log(bytes / below.bytes) / Math.log(above.bytes / below.bytes)
    const between = below.setting + part * (above.setting - below.setting)
    const setting = whole ? Math.round(between) : Number(between.toPrecision(4))
    if (points.some((point) => point.setting === setting)) break
    points.push(await encode(setting))
  }
  return nearest()
}
