/**
 * Capital letters, digits and a few signs as pen strokes: a picture with text must not depend on the fonts of the machine.
 * On a grid 4 wide and 6 high, the origin at the upper left; each pair of digits is a point, a space lifts the pen.
 */
const STROKES: Record<string, string> = {
  A: '062046 1434',
  B: '000636454433 03334241 413000',
  C: '4130100105163645',
  D: '00062644422000',
  E: '40000646 0333',
  F: '400006 0333',
  G: '413010010516364543 4323',
  H: '0006 4046 0343',
  I: '2026 1030 1636',
  J: '4045361605',
  K: '0006 4003 1346',
  L: '000646',
  M: '0600234046',
  N: '06004640',
  O: '103041453616050110',
  P: '06003041423303',
  Q: '103041453616050110 2446',
  R: '06003041423303 2346',
  S: '413010010213334445361605',
  T: '0040 2026',
  U: '000516364540',
  V: '002640',
  W: '0016233640',
  X: '0046 4006',
  Y: '002340 2326',
  Z: '00400646',
  '0': '103041453616050110 3214',
  '1': '112026 1636',
  '2': '01103041420646',
  '3': '011030414233 13334445361605',
  '4': '36300444',
  '5': '400002334445361605',
  '6': '40100305163645443303',
  '7': '004016',
  '8': '103041423313020110 1304051636454433',
  '9': '0636434130100102133343',
  '-': '1333',
  '.': '2626',
  '/': '0640',
  '%': '0640 0101 4545',
}

export interface Segment {
  x0: number
  y0: number
  x1: number
  y1: number
}

/** Advance of a letter in units of its grid. */
const ADVANCE = 5.6

/** Width of a line of text whose letters are `size` high. */
export const lettersWidth = (text: string, size: number): number => ((text.length * ADVANCE - 1.6) * size) / 6

/** Strokes of a line of text, its upper left corner at (left, top), its letters `size` high. */
export function letters(text: string, left: number, top: number, size: number): Segment[] {
  const unit = size / 6
  return [...text].flatMap((sign, i) =>
    (STROKES[sign] ?? '').split(' ').flatMap((stroke) => {
      const points = (stroke.match(/\d\d/g) ?? []).map((pair) => ({
        x: left + (i * ADVANCE + Number(pair[0])) * unit,
        y: top + Number(pair[1]) * unit,
      }))
      return points.slice(1).map(({ x, y }, k) => ({ x0: points[k].x, y0: points[k].y, x1: x, y1: y }))
    }),
  )
}

/** Distance of a point to a segment. */
export function distanceTo({ x0, y0, x1, y1 }: Segment, x: number, y: number): number {
  const [dx, dy] = [x1 - x0, y1 - y0]
  const square = dx * dx + dy * dy
  const part = square === 0 ? 0 : Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / square))
  const [ex, ey] = [x - x0 - part * dx, y - y0 - part * dy]
  return Math.sqrt(ex * ex + ey * ey)
}
