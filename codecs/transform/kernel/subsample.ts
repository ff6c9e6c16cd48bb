/**
 * Planes of half the width and half the height, in place: 4:2:0 chroma. FORMAT.md, "Colour".
 *
 *     halve    each sample is the mean of 2 x 2, (sum + 2) >> 2
 *     double   each sample is 9/16 of the nearest, 3/16 of the next one across and the next one down, 1/16 of the one beyond both,
 *              (sum + 8) >> 4; beyond the edge the last sample counts again
 */

/** Halves the plane of i32 at `plane`, width x height, both even: rows of half the width follow each other. */
export function halve(plane: usize, width: i32, height: i32): void {
  const stride = (<usize>width) << 2
  let out = plane
  for (let y = 0; y < height; y += 2) {
    let from = plane + <usize>y * stride
    for (let x = 0; x < width; x += 2) {
      const sum = load<i32>(from) + load<i32>(from, 4) + load<i32>(from + stride) + load<i32>(from + stride, 4)
      store<i32>(out, (sum + 2) >> 2)
      from += 8
      out += 4
    }
  }
}

/** Doubles a plane that was halved, to width x height: from the end, where no sample is overwritten before its last use. */
export function double(plane: usize, width: i32, height: i32): void {
  const columns = width >> 1
  const rows = height >> 1
  const bytes = (<usize>columns) << 2
  for (let y = height - 1; y >= 0; y--) {
    const near = plane + <usize>(y >> 1) * bytes
    const next = plane + <usize>max(0, min(rows - 1, (y >> 1) + (y & 1 ? 1 : -1))) * bytes
    const out = plane + <usize>y * 2 * bytes
    for (let x = width - 1; x >= 0; x--) {
      const at = (<usize>(x >> 1)) << 2
      const beside = (<usize>max(0, min(columns - 1, (x >> 1) + (x & 1 ? 1 : -1)))) << 2
      const sum = 9 * load<i32>(near + at) + 3 * (load<i32>(near + beside) + load<i32>(next + at)) + load<i32>(next + beside)
      store<i32>(out + ((<usize>x) << 2), (sum + 8) >> 4)
    }
  }
}
