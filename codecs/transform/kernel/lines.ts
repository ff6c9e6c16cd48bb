/**
 * One-dimensional integer DCTs of 4, 8, 16, 32 and 64 points, on four lines at once: lane i of every vector is line i.
 *
 *     II(n)   X[k] = g sqrt(2/n) c(k) sum x[j] cos(pi (2j+1) k / 2n)           c(0) = 1, see below; else c(k) = 1
 *     IV(n)   X[k] = g sqrt(2/n)      sum x[j] cos(pi (2j+1) (2k+1) / 4n)      gain g = sqrt(n/2)
 *
 * Both fall apart into rotations and sums until two points are left (h = n/2):
 *
 *     II(n):  X[0], X[2], ... = II(h) of x[j] + x[n-1-j]       X[1], X[3], ... = IV(h) of x[j] - x[n-1-j]
 *     IV(n):  a[j] = x[j] cos t + x[n-1-j] sin t,  b[j] = (-1)^j (x[n-1-j] cos t - x[j] sin t),  t = pi (2j+1) / 4n
 *             A = II(h) of a, B = II(h) of b:  X[0] = A[0], X[n-1] = -B[0], X[2k] = A[k] + B[h-k], X[2k-1] = A[k] - B[h-k]
 *     II(2):  X[0] = x[0] + x[1], X[1] = cos(pi/4) (x[0] - x[1])
 *     IV(2):  X[0] = cos(pi/8) x[0] + sin(pi/8) x[1], X[1] = sin(pi/8) x[0] - cos(pi/8) x[1]
 *
 * A product is rounded once: (a * c + b * d + 2048) >> 12 with constants in 1/4096; (-1)^j is in the constants. X[0] of II is
 * the plain sum, sqrt(2) above the other coefficients: who transforms a block scales it, and IV needs it as it is.
 * The inverse of II is its transpose, step by step (its X[0] comes scaled down by sqrt(2)); IV is its own inverse.
 *
 * No product overflows while the two numbers of a rotation have a norm of at most 2^19 (then |a * c + b * d| <= 2^31).
 * Source: G. Plonka, M. Tasche, "Fast and numerically stable algorithms for discrete cosine transforms", 2005.
 */

/** cos and sin of pi (2j+1) / 64 and of pi (2j+1) / 128, in 1/4096: the rotations of IV(16) and IV(32). */
const rotations16 = memory.data<i32>([4091, 201, 4052, 601, 3973, 995, 3857, 1380, 3703, 1751, 3513, 2106, 3290, 2440, 3035, 2751])
const rotations32 = memory.data<i32>([
  4095, 101, 4085, 301, 4065, 501, 4036, 700, 3996, 897, 3948, 1092, 3889, 1285, 3822, 1474, 3745, 1660, 3659, 1842, 3564, 2019, 3461, 2191,
  3349, 2359, 3229, 2520, 3102, 2675, 2967, 2824,
])

/** Vectors between the steps of one transform; II and IV of one size never run inside each other. */
const half16: usize = memory.data(16 * 16, 16)
const half32: usize = memory.data(32 * 16, 16)
const half64: usize = memory.data(64 * 16, 16)
const rotated16: usize = memory.data(16 * 16, 16)
const rotated32: usize = memory.data(32 * 16, 16)

// @inline
function rotate(a: v128, c: i32, b: v128, d: i32): v128 {
  const sum = i32x4.add(i32x4.mul(a, i32x4.splat(c)), i32x4.mul(b, i32x4.splat(d)))
  return i32x4.shr_s(i32x4.add(sum, i32x4.splat(2048)), 12)
}

// @inline
function halve(a: v128): v128 {
  return i32x4.shr_s(i32x4.add(i32x4.mul(a, i32x4.splat(2896)), i32x4.splat(2048)), 12)
}

/** II(4): vectors at source + i * sourceStep to out + k * outStep. */
export function forward4(source: usize, sourceStep: usize, out: usize, outStep: usize): void {
  const x0 = v128.load(source, 0, 16)
  const x1 = v128.load(source + sourceStep, 0, 16)
  const x2 = v128.load(source + 2 * sourceStep, 0, 16)
  const x3 = v128.load(source + 3 * sourceStep, 0, 16)
  const s0 = i32x4.add(x0, x3)
  const s1 = i32x4.add(x1, x2)
  const d0 = i32x4.sub(x0, x3)
  const d1 = i32x4.sub(x1, x2)
  v128.store(out, i32x4.add(s0, s1), 0, 16)
  v128.store(out + outStep, rotate(d0, 3784, d1, 1567), 0, 16)
  v128.store(out + 2 * outStep, halve(i32x4.sub(s0, s1)), 0, 16)
  v128.store(out + 3 * outStep, rotate(d0, 1567, d1, -3784), 0, 16)
}

export function inverse4(source: usize, sourceStep: usize, out: usize, outStep: usize): void {
  const x0 = v128.load(source, 0, 16)
  const x1 = v128.load(source + sourceStep, 0, 16)
  const x2 = halve(v128.load(source + 2 * sourceStep, 0, 16))
  const x3 = v128.load(source + 3 * sourceStep, 0, 16)
  const e0 = i32x4.add(x0, x2)
  const e1 = i32x4.sub(x0, x2)
  const o0 = rotate(x1, 3784, x3, 1567)
  const o1 = rotate(x1, 1567, x3, -3784)
  v128.store(out, i32x4.add(e0, o0), 0, 16)
  v128.store(out + outStep, i32x4.add(e1, o1), 0, 16)
  v128.store(out + 2 * outStep, i32x4.sub(e1, o1), 0, 16)
  v128.store(out + 3 * outStep, i32x4.sub(e0, o0), 0, 16)
}

/** II(8). */
export function forward8(source: usize, sourceStep: usize, out: usize, outStep: usize): void {
  let x0 = v128.load(source, 0, 16)
  let x1 = v128.load(source + sourceStep, 0, 16)
  let x2 = v128.load(source + 2 * sourceStep, 0, 16)
  let x3 = v128.load(source + 3 * sourceStep, 0, 16)
  const x4 = v128.load(source + 4 * sourceStep, 0, 16)
  const x5 = v128.load(source + 5 * sourceStep, 0, 16)
  const x6 = v128.load(source + 6 * sourceStep, 0, 16)
  const x7 = v128.load(source + 7 * sourceStep, 0, 16)
  const d0 = i32x4.sub(x0, x7)
  const d1 = i32x4.sub(x1, x6)
  const d2 = i32x4.sub(x2, x5)
  const d3 = i32x4.sub(x3, x4)
  x0 = i32x4.add(x0, x7)
  x1 = i32x4.add(x1, x6)
  x2 = i32x4.add(x2, x5)
  x3 = i32x4.add(x3, x4)

  const s0 = i32x4.add(x0, x3)
  const s1 = i32x4.add(x1, x2)
  const e0 = i32x4.sub(x0, x3)
  const e1 = i32x4.sub(x1, x2)
  v128.store(out, i32x4.add(s0, s1), 0, 16)
  v128.store(out + 2 * outStep, rotate(e0, 3784, e1, 1567), 0, 16)
  v128.store(out + 4 * outStep, halve(i32x4.sub(s0, s1)), 0, 16)
  v128.store(out + 6 * outStep, rotate(e0, 1567, e1, -3784), 0, 16)

  const a0 = rotate(d0, 4017, d3, 799)
  const b0 = rotate(d3, 4017, d0, -799)
  const a1 = rotate(d1, 3406, d2, 2276)
  const b1 = rotate(d1, 2276, d2, -3406)
  const a = halve(i32x4.sub(a0, a1))
  const b = halve(i32x4.sub(b0, b1))
  v128.store(out + outStep, i32x4.add(a0, a1), 0, 16)
  v128.store(out + 3 * outStep, i32x4.sub(a, b), 0, 16)
  v128.store(out + 5 * outStep, i32x4.add(a, b), 0, 16)
  v128.store(out + 7 * outStep, i32x4.neg(i32x4.add(b0, b1)), 0, 16)
}

export function inverse8(source: usize, sourceStep: usize, out: usize, outStep: usize): void {
  const x0 = v128.load(source, 0, 16)
  const x2 = v128.load(source + 2 * sourceStep, 0, 16)
  const x4 = halve(v128.load(source + 4 * sourceStep, 0, 16))
  const x6 = v128.load(source + 6 * sourceStep, 0, 16)
  const s0 = i32x4.add(x0, x4)
  const s1 = i32x4.sub(x0, x4)
  const r0 = rotate(x2, 3784, x6, 1567)
  const r1 = rotate(x2, 1567, x6, -3784)
  const e0 = i32x4.add(s0, r0)
  const e1 = i32x4.add(s1, r1)
  const e2 = i32x4.sub(s1, r1)
  const e3 = i32x4.sub(s0, r0)

  const x1 = v128.load(source + sourceStep, 0, 16)
  const x3 = v128.load(source + 3 * sourceStep, 0, 16)
  const x5 = v128.load(source + 5 * sourceStep, 0, 16)
  const x7 = v128.load(source + 7 * sourceStep, 0, 16)
  const a0 = rotate(x1, 4017, x7, 799)
  const b0 = rotate(x7, 4017, x1, -799)
  const a1 = rotate(x3, 3406, x5, 2276)
  const b1 = rotate(x3, 2276, x5, -3406)
  const a = halve(i32x4.sub(a0, a1))
  const b = halve(i32x4.sub(b0, b1))
  const o0 = i32x4.add(a0, a1)
  const o1 = i32x4.sub(a, b)
  const o2 = i32x4.add(a, b)
  const minusO3 = i32x4.add(b0, b1)
  v128.store(out, i32x4.add(e0, o0), 0, 16)
  v128.store(out + outStep, i32x4.add(e1, o1), 0, 16)
  v128.store(out + 2 * outStep, i32x4.add(e2, o2), 0, 16)
  v128.store(out + 3 * outStep, i32x4.sub(e3, minusO3), 0, 16)
  v128.store(out + 4 * outStep, i32x4.add(e3, minusO3), 0, 16)
  v128.store(out + 5 * outStep, i32x4.sub(e2, o2), 0, 16)
  v128.store(out + 6 * outStep, i32x4.sub(e1, o1), 0, 16)
  v128.store(out + 7 * outStep, i32x4.sub(e0, o0), 0, 16)
}

/** IV(8). */
function fourth8(source: usize, sourceStep: usize, out: usize, outStep: usize): void {
  const x0 = v128.load(source, 0, 16)
  const x1 = v128.load(source + sourceStep, 0, 16)
  const x2 = v128.load(source + 2 * sourceStep, 0, 16)
  const x3 = v128.load(source + 3 * sourceStep, 0, 16)
  const x4 = v128.load(source + 4 * sourceStep, 0, 16)
  const x5 = v128.load(source + 5 * sourceStep, 0, 16)
  const x6 = v128.load(source + 6 * sourceStep, 0, 16)
  const x7 = v128.load(source + 7 * sourceStep, 0, 16)
  const a0 = rotate(x0, 4076, x7, 401)
  const b0 = rotate(x7, 4076, x0, -401)
  const a1 = rotate(x1, 3920, x6, 1189)
  const b1 = rotate(x1, 1189, x6, -3920)
  const a2 = rotate(x2, 3612, x5, 1931)
  const b2 = rotate(x5, 3612, x2, -1931)
  const a3 = rotate(x3, 3166, x4, 2598)
  const b3 = rotate(x3, 2598, x4, -3166)

  const sa0 = i32x4.add(a0, a3)
  const sa1 = i32x4.add(a1, a2)
  const da0 = i32x4.sub(a0, a3)
  const da1 = i32x4.sub(a1, a2)
  const sb0 = i32x4.add(b0, b3)
  const sb1 = i32x4.add(b1, b2)
  const db0 = i32x4.sub(b0, b3)
  const db1 = i32x4.sub(b1, b2)
  v128.store(out, i32x4.add(sa0, sa1), 0, 16)
  v128.store(out + 7 * outStep, i32x4.neg(i32x4.add(sb0, sb1)), 0, 16)
  let a = rotate(da0, 3784, da1, 1567)
  let b = rotate(db0, 1567, db1, -3784)
  v128.store(out + outStep, i32x4.sub(a, b), 0, 16)
  v128.store(out + 2 * outStep, i32x4.add(a, b), 0, 16)
  a = halve(i32x4.sub(sa0, sa1))
  b = halve(i32x4.sub(sb0, sb1))
  v128.store(out + 3 * outStep, i32x4.sub(a, b), 0, 16)
  v128.store(out + 4 * outStep, i32x4.add(a, b), 0, 16)
  a = rotate(da0, 1567, da1, -3784)
  b = rotate(db0, 3784, db1, 1567)
  v128.store(out + 5 * outStep, i32x4.sub(a, b), 0, 16)
  v128.store(out + 6 * outStep, i32x4.add(a, b), 0, 16)
}

/** First step of IV(n): a[j] to out + 16 j, b[j] to half a buffer further; pairs of rotations keep (-1)^j out of the loop. */
// @inline
function rotateAll(n: i32, source: usize, sourceStep: usize, constants: usize, out: usize): void {
  let head = source
  let tail = source + (<usize>n - 1) * sourceStep
  const outB = out + ((<usize>n) << 3)
  const round = i32x4.splat(2048)
  for (let at: usize = 0; at < (<usize>n) << 3; at += 32) {
    let x = v128.load(head, 0, 16)
    let y = v128.load(tail, 0, 16)
    let c = v128.load32_splat(constants + (at >> 1))
    let s = v128.load32_splat(constants + (at >> 1), 4)
    v128.store(out + at, i32x4.shr_s(i32x4.add(i32x4.add(i32x4.mul(x, c), i32x4.mul(y, s)), round), 12), 0, 16)
    v128.store(outB + at, i32x4.shr_s(i32x4.add(i32x4.sub(i32x4.mul(y, c), i32x4.mul(x, s)), round), 12), 0, 16)
    x = v128.load(head + sourceStep, 0, 16)
    y = v128.load(tail - sourceStep, 0, 16)
    c = v128.load32_splat(constants + (at >> 1), 8)
    s = v128.load32_splat(constants + (at >> 1), 12)
    v128.store(out + at, i32x4.shr_s(i32x4.add(i32x4.add(i32x4.mul(x, c), i32x4.mul(y, s)), round), 12), 16, 16)
    v128.store(outB + at, i32x4.shr_s(i32x4.add(i32x4.sub(i32x4.mul(x, s), i32x4.mul(y, c)), round), 12), 16, 16)
    head += 2 * sourceStep
    tail -= 2 * sourceStep
  }
}

/** Last step of IV(n): A and B, as {@link rotateAll} lays them, to the coefficients. */
// @inline
function interleave(n: i32, halves: usize, out: usize, outStep: usize): void {
  let headA = halves + 16
  let tailB = halves + ((<usize>n) << 4) - 16
  v128.store(out, v128.load(halves, 0, 16), 0, 16)
  out += outStep
  for (let k = 1; k < n >> 1; k++) {
    const a = v128.load(headA, 0, 16)
    const b = v128.load(tailB, 0, 16)
    v128.store(out, i32x4.sub(a, b), 0, 16)
    v128.store(out + outStep, i32x4.add(a, b), 0, 16)
    out += 2 * outStep
    headA += 16
    tailB -= 16
  }
  v128.store(out, i32x4.neg(v128.load(tailB, 0, 16)), 0, 16)
}

/** First step of II(n): sums to out + 16 j, differences to half a buffer further. */
// @inline
function fold(n: i32, source: usize, sourceStep: usize, out: usize): void {
  let head = source
  let tail = source + (<usize>n - 1) * sourceStep
  const last = out + ((<usize>n) << 3)
  const half = (<usize>n) << 3
  for (; out < last; out += 16) {
    const x = v128.load(head, 0, 16)
    const y = v128.load(tail, 0, 16)
    v128.store(out, i32x4.add(x, y), 0, 16)
    v128.store(out + half, i32x4.sub(x, y), 0, 16)
    head += sourceStep
    tail -= sourceStep
  }
}

/** Last step of the inverse of II(n), the transpose of {@link fold}. */
// @inline
function unfold(n: i32, halves: usize, out: usize, outStep: usize): void {
  let tail = out + (<usize>n - 1) * outStep
  const last = halves + ((<usize>n) << 3)
  const half = (<usize>n) << 3
  for (; halves < last; halves += 16) {
    const x = v128.load(halves, 0, 16)
    const y = v128.load(halves + half, 0, 16)
    v128.store(out, i32x4.add(x, y), 0, 16)
    v128.store(tail, i32x4.sub(x, y), 0, 16)
    out += outStep
    tail -= outStep
  }
}

function fourth16(source: usize, sourceStep: usize, out: usize, outStep: usize): void {
  rotateAll(16, source, sourceStep, rotations16, rotated16)
  forward8(rotated16, 16, rotated16, 16)
  forward8(rotated16 + 128, 16, rotated16 + 128, 16)
  interleave(16, rotated16, out, outStep)
}

function fourth32(source: usize, sourceStep: usize, out: usize, outStep: usize): void {
  rotateAll(32, source, sourceStep, rotations32, rotated32)
  forward16(rotated32, 16, rotated32, 16)
  forward16(rotated32 + 256, 16, rotated32 + 256, 16)
  interleave(32, rotated32, out, outStep)
}

/** II(16). */
export function forward16(source: usize, sourceStep: usize, out: usize, outStep: usize): void {
  fold(16, source, sourceStep, half16)
  forward8(half16, 16, out, 2 * outStep)
  fourth8(half16 + 128, 16, out + outStep, 2 * outStep)
}

export function inverse16(source: usize, sourceStep: usize, out: usize, outStep: usize): void {
  inverse8(source, 2 * sourceStep, half16, 16)
  fourth8(source + sourceStep, 2 * sourceStep, half16 + 128, 16)
  unfold(16, half16, out, outStep)
}

/** II(32). */
export function forward32(source: usize, sourceStep: usize, out: usize, outStep: usize): void {
  fold(32, source, sourceStep, half32)
  forward16(half32, 16, out, 2 * outStep)
  fourth16(half32 + 256, 16, out + outStep, 2 * outStep)
}

export function inverse32(source: usize, sourceStep: usize, out: usize, outStep: usize): void {
  inverse16(source, 2 * sourceStep, half32, 16)
  fourth16(source + sourceStep, 2 * sourceStep, half32 + 256, 16)
  unfold(32, half32, out, outStep)
}

/** II(64). */
export function forward64(source: usize, sourceStep: usize, out: usize, outStep: usize): void {
  fold(64, source, sourceStep, half64)
  forward32(half64, 16, out, 2 * outStep)
  fourth32(half64 + 512, 16, out + outStep, 2 * outStep)
}

export function inverse64(source: usize, sourceStep: usize, out: usize, outStep: usize): void {
  inverse32(source, 2 * sourceStep, half64, 16)
  fourth32(source + sourceStep, 2 * sourceStep, half64 + 512, 16)
  unfold(64, half64, out, outStep)
}
