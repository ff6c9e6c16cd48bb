/**
 * Linear prediction by weighted, exponentially windowed least squares, solved anew every few samples.
 *
 *     R <- decay * R + sum of w x x'      b <- decay * b + sum of w x t      (R + ridge) c = b      prediction = c . x
 *
 * x: `order` regressors, t: the sample that they should have told. The samples since the last solution are kept as rows and enter R
 * together, so that R passes through the cache once. f64 in one fixed order, so that encoder and decoder agree to the bit.
 */
import { allocateZeroed } from '../../../wasm/kernel/arena'
import { allocateZeroedRow, Row, rowAt } from '../../../wasm/kernel/row'

/** R below this is cleared: after long silence its numbers would shrink until they are slow. */
const SILENCE: f64 = 1e-100

@unmanaged
export class LeastSquares {
  order: i32
  /** Bytes from a row to the next. */
  stride: usize
  /** Samples between solutions. */
  interval: i32
  /** Rows kept since the last solution. */
  kept: i32
  /** What R and b are multiplied by from one solution to the next. */
  decay: f64
  ridge: f64
  /** f64[interval][order]: regressors, the row `kept` is the current one. */
  rows: usize
  /** Weight, and weight times target, of each kept row. */
  weights: Row<f64>
  targets: Row<f64>
  matrix: usize
  factor: usize
  right: usize
  coefficients: usize
}

export function createLeastSquares(order: i32, interval: i32, decayPerSample: f64, ridge: f64): LeastSquares {
  const solver = changetype<LeastSquares>(allocateZeroed(offsetof<LeastSquares>()))
  solver.order = order
  solver.stride = ((<usize>order + 1) & ~1) << 3
  solver.interval = interval
  let decay = 1.0
  for (let i = 0; i < interval; i++) decay *= decayPerSample
  solver.decay = decay
  solver.ridge = ridge
  solver.rows = allocateZeroed(solver.stride * <usize>interval)
  solver.weights = allocateZeroedRow<f64>(interval)
  solver.targets = allocateZeroedRow<f64>(interval)
  solver.matrix = allocateZeroed(solver.stride * <usize>order)
  solver.factor = allocateZeroed(solver.stride * <usize>order)
  solver.right = allocateZeroed(solver.stride)
  solver.coefficients = allocateZeroed(solver.stride)
  return solver
}

/** Where the regressors of the next sample belong. */
// @inline
export function regressors(solver: LeastSquares): Row<f64> {
  return rowAt<f64>(solver.rows + <usize>solver.kept * solver.stride)
}

export function predictLeastSquares(solver: LeastSquares): f64 {
  const row = changetype<usize>(regressors(solver))
  const coefficients = solver.coefficients
  let sum = f64x2.splat(0)
  for (let i: usize = 0; i < solver.stride; i += 16) sum = f64x2.add(sum, f64x2.mul(v128.load(row + i), v128.load(coefficients + i)))
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
}

/** Takes the sample that the current regressors should have told, and how much it counts. */
export function learnLeastSquares(solver: LeastSquares, target: f64, weight: f64): void {
  solver.weights[solver.kept] = weight
  solver.targets[solver.kept] = weight * target
  if (++solver.kept < solver.interval) return
  solver.kept = 0
  if (trace(solver) < SILENCE) {
    memory.fill(solver.matrix, 0, solver.stride * <usize>solver.order)
    memory.fill(solver.right, 0, solver.stride)
  }
  accumulate(solver)
  solve(solver)
}

/** Sum of R's diagonal. */
function trace(solver: LeastSquares): f64 {
  let sum = 0.0
  for (let i = 0; i < solver.order; i++) sum += lineOf(solver.matrix, solver, i)[i]
  return sum
}

function accumulate(solver: LeastSquares): void {
  const stride = solver.stride
  const rows = solver.rows
  const count = solver.interval
  const decay = f64x2.splat(solver.decay)
  const end = rows + <usize>count * stride
  for (let i = 0; i < solver.order; i++) {
    const own = rows + ((<usize>i) << 3)
    const line = solver.matrix + <usize>i * stride
    // the lower triangle, in pairs of columns
    const width = ((<usize>i >> 1) + 1) << 4
    let j: usize = 0
    for (; j + 64 <= width; j += 64) {
      let sum0 = f64x2.mul(v128.load(line + j), decay)
      let sum1 = f64x2.mul(v128.load(line + j, 16), decay)
      let sum2 = f64x2.mul(v128.load(line + j, 32), decay)
      let sum3 = f64x2.mul(v128.load(line + j, 48), decay)
      let weight = changetype<usize>(solver.weights)
      for (let row = rows; row < end; row += stride) {
        const scale = f64x2.splat(load<f64>(row + (own - rows)) * load<f64>(weight))
        weight += 8
        sum0 = f64x2.add(sum0, f64x2.mul(scale, v128.load(row + j)))
        sum1 = f64x2.add(sum1, f64x2.mul(scale, v128.load(row + j, 16)))
        sum2 = f64x2.add(sum2, f64x2.mul(scale, v128.load(row + j, 32)))
        sum3 = f64x2.add(sum3, f64x2.mul(scale, v128.load(row + j, 48)))
      }
      v128.store(line + j, sum0)
      v128.store(line + j, sum1, 16)
      v128.store(line + j, sum2, 32)
      v128.store(line + j, sum3, 48)
    }
    for (; j < width; j += 16) {
      let sum = f64x2.mul(v128.load(line + j), decay)
      let weight = changetype<usize>(solver.weights)
      for (let row = rows; row < end; row += stride) {
        const scale = f64x2.splat(load<f64>(row + (own - rows)) * load<f64>(weight))
        weight += 8
        sum = f64x2.add(sum, f64x2.mul(scale, v128.load(row + j)))
      }
      v128.store(line + j, sum)
    }
  }
  const right = solver.right
  for (let j: usize = 0; j < stride; j += 16) {
    let sum = f64x2.mul(v128.load(right + j), decay)
    let target = changetype<usize>(solver.targets)
    for (let row = rows; row < end; row += stride) {
      sum = f64x2.add(sum, f64x2.mul(f64x2.splat(load<f64>(target)), v128.load(row + j)))
      target += 8
    }
    v128.store(right + j, sum)
  }
}

/** Line i of a matrix. */
// @inline
function lineOf(matrix: usize, solver: LeastSquares, i: i32): Row<f64> {
  return rowAt<f64>(matrix + <usize>i * solver.stride)
}

/** Dot product of the first `count` numbers of two rows. */
// @inline
function dot(a: Row<f64>, b: Row<f64>, count: i32): f64 {
  let sum = f64x2.splat(0)
  const pairs = (<usize>(count >> 1)) << 4
  for (let k: usize = 0; k < pairs; k += 16) {
    sum = f64x2.add(sum, f64x2.mul(v128.load(changetype<usize>(a) + k), v128.load(changetype<usize>(b) + k)))
  }
  let total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
  if (count & 1) total += a[count - 1] * b[count - 1]
  return total
}

/** Cholesky: R + ridge = L L', with the reciprocal of the diagonal kept in L. Keeps the old coefficients if R is not positive. */
function solve(solver: LeastSquares): void {
  const order = solver.order
  const factor = solver.factor
  for (let i = 0; i < order; i++) {
    const line = lineOf(solver.matrix, solver, i)
    const own = lineOf(factor, solver, i)
    for (let j = 0; j < i; j++) {
      const other = lineOf(factor, solver, j)
      own[j] = (line[j] - dot(own, other, j)) * other[j]
    }
    const pivot = line[i] * (1 + 1e-11) + solver.ridge - dot(own, own, i)
    if (!(pivot > 0)) return
    own[i] = 1 / Math.sqrt(pivot)
  }
  const right = rowAt<f64>(solver.right)
  const out = rowAt<f64>(solver.coefficients)
  for (let i = 0; i < order; i++) {
    const own = lineOf(factor, solver, i)
    out[i] = (right[i] - dot(own, out, i)) * own[i]
  }
  for (let i = order - 1; i >= 0; i--) {
    const own = lineOf(factor, solver, i)
    const value = out[i] * own[i]
    out[i] = value
    for (let k = 0; k < i; k++) out[k] = out[k] - own[k] * value
  }
}
