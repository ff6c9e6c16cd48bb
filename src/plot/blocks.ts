/** What the block codec decided about a picture: where it parted it into blocks, and what each of them took. */
import type { ImageData } from '../../codecs/image/picture.js'
import type { ImageBlocks } from '../image/inspect.js'
import { opaque } from '../metrics/colour.js'
import { type Colour, HEAT, octaveScale, onRamp, onScale, scaleTicks } from './ramp.js'
import type { Sheet } from './sheet.js'

/**
 * Colours by a block's longer side, from warm for small ones to dark blue for large ones: M. Okabe and K. Ito (2008), for colour-blind
 * eyes.
 */
const SIDES = new Map<number, Colour>([
  [4, [204, 121, 167]],
  [8, [213, 94, 0]],
  [16, [240, 200, 40]],
  [32, [86, 180, 233]],
  [64, [0, 80, 150]],
])

const CELL = 8
/** Longest side of a map in pixels: larger pictures are drawn smaller, small ones larger, by whole factors. */
const MAP_SIDE = 1536
const MOST_LARGER = 8

interface Zoom {
  /** Pixels of the map per pixel of the picture, and the other way round; one of them is 1. */
  larger: number
  smaller: number
  width: number
  height: number
}

function zoom({ width, height }: { width: number; height: number }): Zoom {
  const longest = Math.max(width, height)
  const larger = Math.max(1, Math.min(MOST_LARGER, Math.floor(MAP_SIDE / longest)))
  const smaller = Math.ceil(longest / MAP_SIDE)
  const side = (length: number) => Math.max(1, Math.floor((length * larger) / smaller))
  return { larger, smaller, width: side(width), height: side(height) }
}

/** A map whose every pixel is `colour` of a pixel of the picture. */
function paint({ larger, smaller, width, height }: Zoom, colour: (x: number, y: number, mapX: number, mapY: number) => Colour): ImageData {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      data.set(colour(Math.floor((x * smaller) / larger), Math.floor((y * smaller) / larger), x, y), at)
    }
  }
  return { width, height, channels: 3, bitDepth: 8, data }
}

/** Brightness 0..1 of pixels of a picture, on white. */
function brightness(picture: ImageData): (x: number, y: number) => number {
  const { width, channels, peak, data } = opaque(picture)
  return (x, y) => {
    const at = (y * width + x) * channels
    return (channels === 1 ? data[at] : 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]) / peak
  }
}

/** Blocks narrower than this on the map, in pixels, are told by their hue alone. */
const LEAST_OUTLINED = 4

/** The partition over the picture in grey: a hue for each length of a block's longer side, with an edge around each block. */
export function partitionSheet(picture: ImageData, blocks: ImageBlocks): Sheet {
  const bright = brightness(picture)
  const view = zoom(picture)
  const { columns, widths, heights } = blocks
  const sides = widths.map((width, i) => Math.max(width, heights[i]))
  const pixels = view.larger / view.smaller
  const map = paint(view, (x, y, mapX, mapY) => {
    const cell = Math.floor(y / CELL) * columns + Math.floor(x / CELL)
    const [width, height] = [widths[cell], heights[cell]]
    const colour = SIDES.get(sides[cell])!
    const left = Math.floor(mapX / pixels / width) !== Math.floor((mapX - 1) / pixels / width)
    const top = Math.floor(mapY / pixels / height) !== Math.floor((mapY - 1) / pixels / height)
    const edge = Math.min(width, height) * pixels >= LEAST_OUTLINED && (left || top) && mapX * mapY > 0
    const light = 0.15 + 0.85 * bright(x, y)
    // an edge is dark on what is light and light on what is dark
    return edge ? shaded(colour, light > 0.55 ? 0.4 : 1, 1) : shaded(colour, light, 0.5)
  })
  const sizes = [...SIDES].map(([side, colour]) => {
    // blocks do not reach past the last row and column of cells
    const count = sides.reduce((sum, value, i) => sum + (value === side ? CELL ** 2 / (widths[i] * heights[i]) : 0), 0)
    const cells = sides.reduce((sum, value) => sum + (value === side ? 1 : 0), 0)
    const name = side === CELL / 2 ? `${side} x ${side}` : `${side} x ${side} and halves`
    return { colour, name, count: Math.round(count), share: `${((100 * cells) / sides.length).toFixed(1)} %` }
  })
  const total = sizes.reduce((sum, { count }) => sum + count, 0)
  const swatches = sizes.map(({ colour, name, count, share }) => {
    return {
      colour,
      label: count === 0 ? `${name}: none` : `${name}: ${count.toLocaleString('en-US')}, ${share} of the area`,
    }
  })
  return {
    title: 'Partition: sides of the blocks',
    subtitle: `${picture.width} x ${picture.height} pixels in ${total.toLocaleString('en-US')} blocks, over the decoded picture`,
    map,
    legend: { label: 'Blocks in pixels', swatches },
  }
}

/** A colour in some light; `strength` 0 is grey, 1 all colour. */
function shaded(colour: Colour, light: number, strength: number): Colour {
  const part = (i: number) => Math.round(light * (strength * colour[i] + (1 - strength) * 255))
  return [part(0), part(1), part(2)]
}

/** Bits per pixel of each block. */
export function blockBitsSheet(picture: { width: number; height: number }, { columns, rows, bits }: ImageBlocks): Sheet {
  const { width, height } = picture
  // cells of the last row and column cover less of the picture, but are coded whole
  const density = Float64Array.from(bits, (count) => count / CELL ** 2)
  const scale = octaveScale(density)
  const colours = Array.from(density, (value) => onRamp(HEAT, onScale(scale, value)))
  const map = paint(zoom(picture), (x, y) => colours[Math.floor(y / CELL) * columns + Math.floor(x / CELL)])
  const total = bits.reduce((sum, count) => sum + count, 0)
  const most = density.reduce((a, b) => Math.max(a, b), 0)
  return {
    title: 'Bits of each block',
    subtitle: `${(total / (width * height)).toFixed(3)} bits per pixel in all, ${most.toFixed(2)} in the dearest of ${columns} x ${rows} cells of 8 x 8`,
    map,
    legend: { label: 'Bits per pixel', stops: HEAT, marks: scaleTicks(scale) },
  }
}
