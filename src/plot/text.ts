/** Digits and a few signs of 3 x 5 dots, for legends: a drawing must not depend on the fonts of the machine. */

/** Rows from top to bottom, three bits each, the left dot first. */
const GLYPHS: Record<string, number[]> = {
  '0': [0b111, 0b101, 0b101, 0b101, 0b111],
  '1': [0b010, 0b110, 0b010, 0b010, 0b111],
  '2': [0b111, 0b001, 0b111, 0b100, 0b111],
  '3': [0b111, 0b001, 0b111, 0b001, 0b111],
  '4': [0b101, 0b101, 0b111, 0b001, 0b001],
  '5': [0b111, 0b100, 0b111, 0b001, 0b111],
  '6': [0b111, 0b100, 0b111, 0b101, 0b111],
  '7': [0b111, 0b001, 0b010, 0b010, 0b010],
  '8': [0b111, 0b101, 0b111, 0b101, 0b111],
  '9': [0b111, 0b101, 0b111, 0b001, 0b111],
  x: [0b000, 0b101, 0b010, 0b101, 0b000],
  '/': [0b001, 0b001, 0b010, 0b100, 0b100],
  '.': [0b000, 0b000, 0b000, 0b000, 0b010],
  '-': [0b000, 0b000, 0b111, 0b000, 0b000],
  k: [0b100, 0b101, 0b110, 0b101, 0b101],
  s: [0b000, 0b011, 0b110, 0b001, 0b110],
}
const ADVANCE = 4

/** Width in pixels, at a size of `scale` pixels per dot. */
export function textWidth(text: string, scale: number): number {
  return (text.length * ADVANCE - 1) * scale
}

/** Calls `dot` for every pixel of `text`, whose upper left corner is at (left, top). Unknown signs are blank. */
export function writeText(text: string, left: number, top: number, scale: number, dot: (x: number, y: number) => void): void {
  for (const [i, sign] of [...text].entries()) {
    for (const [row, bits] of (GLYPHS[sign] ?? []).entries()) {
      for (let column = 0; column < 3; column++) {
        if (!((bits >> (2 - column)) & 1)) continue
        for (let y = 0; y < scale; y++) {
          for (let x = 0; x < scale; x++) dot(left + (i * ADVANCE + column) * scale + x, top + row * scale + y)
        }
      }
    }
  }
}
