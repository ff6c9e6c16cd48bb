/** FORMAT.md, "Modes". */
import type { Models } from './models.js'
import { PALETTE_CELL } from './palette.js'
import type { Cells, Shape } from './partition.js'

const PLANAR = 0
const MEAN = 1
export const FROM_LUMA = 1

/** 0 planar or mean, 1 mostly across, 2 mostly down. */
export const directionOf = (mode: number) => (mode < 2 ? 0 : mode < 34 ? 1 : 2)
/** Size class of a block. */
export const sizeOf = ({ log2Width, log2Height }: Pick<Shape, 'log2Width' | 'log2Height'>) => (log2Width + log2Height - 3) >> 1

/** Luma mode of a block, 0..65. */
export function readLumaMode(models: Models, { modes }: Cells, shape: Shape): number {
  const { x, y, log2Width, log2Height } = shape
  const modeAt = (column: number, row: number) => (modes.at(column, row) === PALETTE_CELL ? 1 : modes.at(column, row))
  const above = modeAt((x >> 2) + 2 ** (log2Width - 2) - 1, (y >> 2) - 1)
  const left = modeAt((x >> 2) - 1, (y >> 2) + 2 ** (log2Height - 2) - 1)
  const classOf = (modePlus1: number) => Math.min(2, Math.max(0, modePlus1 - 1))
  for (const bin of [PLANAR, MEAN]) {
    const numbers = [
      984 + 45 * bin + 5 * (3 * classOf(above) + classOf(left)) + sizeOf(shape),
      1074 + 67 * bin + above,
      1208 + 67 * bin + left,
      1342 + 25 * bin + 5 * (log2Width - 2) + log2Height - 2,
    ]
    if (models.mixed('mode', numbers, 12 + bin)) return bin
  }
  const eighth = (modePlus1: number) => (modePlus1 > 2 ? 1 + ((modePlus1 - 3) >> 3) : 0)
  let node = 1
  for (let depth = 0; depth < 6; depth++) {
    const match = (modePlus1: number) => {
      const path = 64 + modePlus1 - 3
      return modePlus1 > 2 && path >> (6 - depth) === node ? 1 + ((path >> (5 - depth)) & 1) : 0
    }
    const numbers = [
      1392 + 9 * depth + 3 * match(above) + match(left),
      1446 + node,
      1510 + 9 * node + eighth(above),
      2086 + 9 * node + eighth(left),
    ]
    node = 2 * node + models.mixed('mode', numbers, 14 + depth)
  }
  return node - 64 + 2
}

/** Chroma mode: 0 that of luma, 1 from luma, 2 planar, 3 mean. */
export function readChromaMode(models: Models, { chromaModes }: Cells, shape: Shape, lumaMode: number): number {
  const [column, row] = [shape.x >> 2, shape.y >> 2]
  const near = 4 * chromaModes.at(column, row - 1) + chromaModes.at(column - 1, row)
  const read = (bin: number) => {
    const numbers = [
      2662 + 15 * bin + 5 * directionOf(lumaMode) + sizeOf(shape),
      2707 + 16 * bin + near,
      2755 + 66 * bin + lumaMode,
      2953 + bin,
    ]
    return models.mixed('mode', numbers, 20 + bin)
  }
  if (read(0)) return FROM_LUMA
  if (read(1)) return 0
  return read(2) ? 2 : 3
}

/** Transform type of a luma block with levels. */
export function readTransformType(models: Models, shape: Shape, lumaMode: number): number {
  const { log2Width, log2Height } = shape
  if (Math.max(log2Width, log2Height) > 4) return 0
  for (const bin of [0, 1, 2]) {
    const numbers = [
      2956 + 5 * (3 * bin + directionOf(lumaMode)) + sizeOf(shape),
      3001 + 66 * bin + lumaMode,
      3199 + 9 * bin + 3 * (log2Width - 2) + log2Height - 2,
      3226 + bin,
    ]
    if (models.mixed('mode', numbers, 23 + bin)) return bin
  }
  return 3
}
