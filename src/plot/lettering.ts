/**
 * Letters drawn with a pen: a picture must not depend on the fonts of the machine, and many servers have none. Printable
 * ASCII as SVG path data on a grid whose capitals span 0 (top) to 6 (the baseline), small letters 2 to 6, descenders to 8.
 */

/** [width of the ink, path]. */
const GLYPHS: Record<string, readonly [number, string]> = {
  ' ': [1, ''],
  '.': [0.1, 'M0,5.8V5.9'],
  ',': [0.4, 'M.4,5.7 0,6.9'],
  ':': [0.1, 'M0,2.6V2.7M0,5.7V5.8'],
  ';': [0.4, 'M.4,2.6V2.7M.4,5.7 0,6.9'],
  '-': [1.8, 'M0,3.8H1.8'],
  '+': [3.4, 'M0,3.7H3.4M1.7,2V5.4'],
  '=': [3.4, 'M0,2.8H3.4M0,4.6H3.4'],
  _: [3.4, 'M0,6.8H3.4'],
  '/': [2, 'M0,6.6 2,-.4'],
  '(': [1.2, 'M1.2,-.6C-.4,1.6 -.4,4.8 1.2,7'],
  ')': [1.2, 'M0,-.6C1.6,1.6 1.6,4.8 0,7'],
  '%': [4.6, 'M4,0 .6,6M1,0A.9,1.2 0 1 0 1,2.4A.9,1.2 0 1 0 1,0M3.6,3.6A.9,1.2 0 1 0 3.6,6A.9,1.2 0 1 0 3.6,3.6'],
  "'": [0.1, 'M0,0V1.6'],
  '"': [1.2, 'M0,0V1.6M1.2,0V1.6'],
  '!': [0.1, 'M0,0V4M0,5.8V5.9'],
  '?': [2.8, 'M0,1.4A1.4,1.4 0 1 1 2.2,2.6C1.6,3 1.4,3.3 1.4,4.2M1.4,5.8V5.9'],
  '<': [3.2, 'M3.2,2 0,3.8 3.2,5.6'],
  '>': [3.2, 'M0,2 3.2,3.8 0,5.6'],
  '&': [3.9, 'M3.9,6 .9,1.8C.3,.6 1,0 1.7,0C2.6,0 3,1.2 1.9,2.2L.8,3.2C-.6,4.6 .6,6 1.8,6C3,6 3.6,5 3.9,3.6'],
  0: [3.4, 'M1.7,0A1.7,3 0 1 0 1.7,6A1.7,3 0 1 0 1.7,0'],
  1: [2.6, 'M.5,1.2 1.9,0V6'],
  2: [3.4, 'M.1,1.6A1.6,1.6 0 1 1 2.9,2.7L0,6H3.4'],
  3: [3.4, 'M.2,1A1.6,1.5 0 1 1 1.7,3A1.6,1.5 0 1 1 .1,5'],
  4: [3.5, 'M2.6,6V0L0,4.2H3.5'],
  5: [3.4, 'M3.1,0H.6L.3,2.8C.8,2.3 1.4,2.2 1.7,2.2A1.8,1.9 0 0 1 1.7,6C1,6 .4,5.7 0,5'],
  6: [3.4, 'M2.9,.4C1,-.8 .1,1.2 .1,4.1A1.65,1.9 0 1 1 .1,4.2'],
  7: [3.4, 'M0,0H3.4L1.2,6'],
  8: [3.4, 'M1.7,0A1.5,1.45 0 1 0 1.7,2.9A1.5,1.45 0 1 0 1.7,0M1.7,2.9A1.7,1.55 0 1 0 1.7,6A1.7,1.55 0 1 0 1.7,2.9'],
  9: [3.4, 'M.5,5.6C2.4,6.8 3.3,4.8 3.3,1.9A1.65,1.9 0 1 1 3.3,1.8'],
  A: [4, 'M0,6 2,0 4,6M.7,4H3.3'],
  B: [3.6, 'M0,0V6H2A1.5,1.5 0 0 0 2,3H0M0,0H1.8A1.5,1.5 0 0 1 1.8,3'],
  C: [4, 'M4,1.2A2.2,3 0 1 0 4,4.8'],
  D: [4, 'M0,0V6H1.5A2.5,3 0 0 0 1.5,0Z'],
  E: [3.2, 'M3.2,0H0V6H3.2M0,3H2.7'],
  F: [3.2, 'M3.2,0H0V6M0,3H2.7'],
  G: [4.3, 'M4,1.2A2.2,3 0 1 0 4.3,3.4H2.6'],
  H: [4, 'M0,0V6M4,0V6M0,3H4'],
  I: [0.1, 'M0,0V6'],
  J: [2.5, 'M2.5,0V4.2A1.3,1.8 0 0 1 0,4.8'],
  K: [4, 'M0,0V6M4,0 0,3.8M1.5,2.4 4,6'],
  L: [3, 'M0,0V6H3'],
  M: [4.8, 'M0,6V0L2.4,4 4.8,0V6'],
  N: [4, 'M0,6V0L4,6V0'],
  O: [4.6, 'M2.3,0A2.3,3 0 1 0 2.3,6A2.3,3 0 1 0 2.3,0'],
  P: [3.6, 'M0,6V0H2A1.6,1.6 0 0 1 2,3.2H0'],
  Q: [4.6, 'M2.3,0A2.3,3 0 1 0 2.3,6A2.3,3 0 1 0 2.3,0M3,4.4 4.6,6.4'],
  R: [3.8, 'M0,6V0H2A1.6,1.6 0 0 1 2,3.2H0M2,3.2 3.8,6'],
  S: [3.6, 'M3.5,1.1C3,.2 2.4,0 1.8,0C.9,0 .1,.6 .1,1.5C.1,3.6 3.6,2.4 3.6,4.5C3.6,5.4 2.8,6 1.8,6C1,6 .4,5.7 0,4.9'],
  T: [4, 'M0,0H4M2,0V6'],
  U: [4, 'M0,0V4A2,2 0 0 0 4,4V0'],
  V: [4, 'M0,0 2,6 4,0'],
  W: [6, 'M0,0 1.5,6 3,0 4.5,6 6,0'],
  X: [4, 'M0,0 4,6M4,0 0,6'],
  Y: [4, 'M0,0 2,3 4,0M2,3V6'],
  Z: [4, 'M0,0H4L0,6H4'],
  a: [3, 'M3,2V6M3,3.2A1.5,2 0 1 0 3,4.8'],
  b: [3, 'M0,0V6M0,3.2A1.5,2 0 1 1 0,4.8'],
  c: [2.8, 'M2.8,2.7A1.6,2 0 1 0 2.8,5.3'],
  d: [3, 'M3,0V6M3,3.2A1.5,2 0 1 0 3,4.8'],
  e: [3.1, 'M.1,4H3.1A1.5,2 0 1 0 2.7,5.4'],
  f: [2, 'M2.2,.2C1.2,-.2 .8,.4 .8,1.4V6M0,2.2H2'],
  g: [3, 'M3,2V6.4C3,8 1,8.3 .3,7.4M3,3.2A1.5,2 0 1 0 3,4.8'],
  h: [3, 'M0,0V6M0,4A1.5,2 0 0 1 3,4V6'],
  i: [0.1, 'M0,2V6M0,.2V.3'],
  j: [0.8, 'M.8,2V7C.8,7.8 .4,8 -.2,8M.8,.2V.3'],
  k: [2.7, 'M0,0V6M2.5,2 0,4.4M.9,3.6 2.7,6'],
  l: [0.1, 'M0,0V6'],
  m: [5, 'M0,2V6M0,3.8A1.25,1.8 0 0 1 2.5,3.8V6M2.5,3.8A1.25,1.8 0 0 1 5,3.8V6'],
  n: [3, 'M0,2V6M0,4A1.5,2 0 0 1 3,4V6'],
  o: [3.2, 'M1.6,2A1.6,2 0 1 0 1.6,6A1.6,2 0 1 0 1.6,2'],
  p: [3, 'M0,2V8M0,3.2A1.5,2 0 1 1 0,4.8'],
  q: [3, 'M3,2V8M3,3.2A1.5,2 0 1 0 3,4.8'],
  r: [1.8, 'M0,2V6M0,4C.1,2.6 1,1.9 1.9,2.1'],
  s: [2.7, 'M2.6,2.7C2.2,2.1 1.8,2 1.4,2C.7,2 .1,2.4 .1,3C.1,4.4 2.7,3.5 2.7,5C2.7,5.6 2.1,6 1.4,6C.8,6 .3,5.8 0,5.2'],
  t: [2, 'M.8,.6V5C.8,5.9 1.4,6.2 2.1,5.9M0,2.1H2'],
  u: [3, 'M0,2V4.2A1.5,1.8 0 0 0 3,4.2M3,2V6'],
  v: [3, 'M0,2 1.5,6 3,2'],
  w: [4.6, 'M0,2 1.15,6 2.3,2 3.45,6 4.6,2'],
  x: [2.8, 'M0,2 2.8,6M2.8,2 0,6'],
  y: [3, 'M0,2 1.5,6M3,2 1.2,6.8C.9,7.6 .5,8 -.1,7.9'],
  z: [2.6, 'M0,2H2.6L0,6H2.6'],
}
const GAP = 1.55
const BASELINE = 6
/** Size of a cell of the grid in ems: capitals are 0.72 em high. */
const UNIT = 0.12

const glyph = (letter: string) => GLYPHS[letter] ?? GLYPHS['?']

/** Width of the ink of a line of text in ems. */
export function letteringWidth(text: string): number {
  return UNIT * ([...text].reduce((sum, letter) => sum + glyph(letter)[0] + GAP, 0) - GAP)
}

/**
 * Strokes of a line of text as SVG: a group with one path per letter, closed by tags of their own for HTML parsers. Letters outside of ASCII become question marks.
 *
 * @param left of the ink, `baseline` of its foot, `size` of an em: in the units of the drawing
 */
export function lettering(text: string, left: number, baseline: number, size: number, colour: string, bold = false): string {
  const unit = size * UNIT
  let x = 0
  const paths = [...text].map((letter) => {
    const [width, path] = glyph(letter)
    const drawn = path && `<path transform="translate(${+x.toFixed(2)})" d="${path}"></path>`
    x += width + GAP
    return drawn
  })
  const place = `translate(${left.toFixed(2)} ${(baseline - BASELINE * unit).toFixed(2)}) scale(${unit.toFixed(4)})`
  const pen = `fill="none" stroke="${colour}" stroke-width="${bold ? 1.25 : 0.75}" stroke-linecap="round" stroke-linejoin="round"`
  return `<g transform="${place}" ${pen}>${paths.join('')}</g>`
}
