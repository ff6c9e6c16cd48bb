/** A graphic with text and alpha, 480 x 320: flat colours, sharp edges, a soft shadow, a panel one can see through. */
import type { ImageData } from '../src/image.js'
import { clamp, power, ramp, sinTurns } from './arithmetic.js'
import { distanceTo, letters, lettersWidth, type Segment } from './strokes.js'

const WIDTH = 480
const HEIGHT = 320

type Colour = readonly [number, number, number]
const INK: Colour = [24, 32, 48]
const BLUE: Colour = [0, 114, 178]
const ORANGE: Colour = [213, 94, 0]
const GREEN: Colour = [0, 158, 115]
const PAPER: Colour = [250, 248, 242]

/** Distance outside a rectangle with round corners; negative inside. */
function roundedBox(x: number, y: number, left: number, top: number, width: number, height: number, radius: number): number {
  const dx = Math.abs(x - left - width / 2) - width / 2 + radius
  const dy = Math.abs(y - top - height / 2) - height / 2 + radius
  const [ox, oy] = [Math.max(dx, 0), Math.max(dy, 0)]
  return Math.sqrt(ox * ox + oy * oy) + Math.min(Math.max(dx, dy), 0) - radius
}

/** A canvas of straight alpha, painted on from the back to the front. */
class Canvas {
  private readonly colour = new Float64Array(WIDTH * HEIGHT * 3)
  private readonly alpha = new Float64Array(WIDTH * HEIGHT)

  /** Paints where `distance` is below 0, with half a pixel of soft edge. */
  fill(colour: Colour, distance: (x: number, y: number) => number, opacity = 1): void {
    this.paint(colour, (x, y) => opacity * clamp(0.5 - distance(x, y)), 0, 0, WIDTH, HEIGHT)
  }

  stroke(segments: Segment[], colour: Colour, width: number, opacity = 1): void {
    for (const segment of segments) {
      const reach = width / 2 + 1
      const left = Math.max(0, Math.floor(Math.min(segment.x0, segment.x1) - reach))
      const top = Math.max(0, Math.floor(Math.min(segment.y0, segment.y1) - reach))
      const right = Math.min(WIDTH, Math.ceil(Math.max(segment.x0, segment.x1) + reach))
      const bottom = Math.min(HEIGHT, Math.ceil(Math.max(segment.y0, segment.y1) + reach))
      this.paint(colour, (x, y) => opacity * clamp(width / 2 + 0.5 - distanceTo(segment, x, y)), left, top, right, bottom)
    }
  }

  paint(colour: Colour, cover: (x: number, y: number) => number, left: number, top: number, right: number, bottom: number): void {
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const part = cover(x + 0.5, y + 0.5)
        if (part <= 0) continue
        const i = y * WIDTH + x
        const alpha = part + this.alpha[i] * (1 - part)
        for (let c = 0; c < 3; c++) this.colour[3 * i + c] += (colour[c] - this.colour[3 * i + c]) * (part / alpha)
        this.alpha[i] = alpha
      }
    }
  }

  finish(): ImageData {
    const data = new Uint8Array(WIDTH * HEIGHT * 4)
    for (let i = 0; i < WIDTH * HEIGHT; i++) {
      for (let c = 0; c < 3; c++) data[4 * i + c] = Math.floor(this.colour[3 * i + c] + 0.5)
      data[4 * i + 3] = Math.floor(255 * this.alpha[i] + 0.5)
    }
    return { width: WIDTH, height: HEIGHT, channels: 4, bitDepth: 8, data }
  }
}

export function graphic(): ImageData {
  const canvas = new Canvas()
  const card = (x: number, y: number) => roundedBox(x, y, 24, 20, 420, 268, 18)
  canvas.paint([10, 14, 30], (x, y) => 0.38 * power(ramp(22, -10, card(x - 6, y - 10)), 1.5), 0, 0, WIDTH, HEIGHT)
  canvas.fill(PAPER, card)
  canvas.fill(BLUE, (x, y) => Math.max(card(x, y), y - 76))
  canvas.stroke(letters('LOCALLY ADAPTIVE', 44, 32, 15), [255, 255, 255], 2.4)
  canvas.stroke(letters('QUANTIZATION', 44, 54, 13), [206, 228, 242], 1.5)

  const bars = [96, 71, 118, 54, 83, 133]
  for (const [i, height] of bars.entries()) {
    const left = 60 + 36 * i
    const colour = i % 2 ? ORANGE : GREEN
    canvas.fill(colour, (x, y) => Math.max(roundedBox(x, y, left, 246 - height, 24, height + 8, 5), y - 246))
    canvas.stroke(letters(String(height), left + 12 - lettersWidth(String(height), 7) / 2, 234 - height, 7), INK, 1)
  }
  canvas.stroke([{ x0: 50, y0: 246, x1: 276, y1: 246 }], INK, 1.5)
  for (let y = 106; y < 246; y += 20) canvas.stroke([{ x0: 50, y0: y, x1: 276, y1: y }], INK, 0.6, 0.25)
  const curve: Segment[] = []
  for (let x = 52; x < 274; x += 3) {
    const at = (x: number) => 168 + 34 * sinTurns(x / 97) + 11 * sinTurns(x / 31)
    curve.push({ x0: x, y0: at(x), x1: x + 3, y1: at(x + 3) })
  }
  canvas.stroke(curve, [120, 40, 120], 2)
  for (const [i, line] of [
    'EVERY REGION GETS',
    'THE PRECISION IT',
    'DESERVES. FINE IN',
    'CALM PLACES. COARSE',
    'IN BUSY ONES.',
    '0.7 BPP - 36 DB',
  ].entries()) {
    canvas.stroke(letters(line, 296, 104 + 17 * i, 8), INK, 1.15)
  }
  canvas.stroke(letters('ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789 %/-.', 50, 262, 6), INK, 0.9)

  // a lens over the corner: half transparent, with a rim
  const ring = (x: number, y: number) => Math.sqrt((x - 402) * (x - 402) + (y - 246) * (y - 246))
  canvas.fill([120, 190, 230], (x, y) => ring(x, y) - 54, 0.45)
  canvas.fill(INK, (x, y) => Math.abs(ring(x, y) - 54) - 3)
  canvas.paint([255, 255, 255], (x, y) => 0.6 * ramp(24, 0, Math.sqrt((x - 384) * (x - 384) + (y - 226) * (y - 226))), 350, 190, 420, 262)
  return canvas.finish()
}
