/**
 * The one allocator of a kernel: a bump arena over the linear memory. A kernel call marks, allocates what it needs and
 * releases; nothing is freed singly. Addresses are multiples of 64, contents are whatever was there before.
 */

const ALIGN: usize = 64
/** Pages of 64 KiB that memory grows beyond what is needed, at most. */
const MOST_AHEAD: i32 = 1024

let top: usize = (__heap_base + (ALIGN - 1)) & ~(ALIGN - 1)

/** Address of `bytes` bytes that stay valid until a {@link release} to an earlier mark. Traps when memory is exhausted. */
export function allocate(bytes: usize): usize {
  const address = top
  top = (top + bytes + (ALIGN - 1)) & ~(ALIGN - 1)
  const more = <i32>((top + 0xffff) >>> 16) - memory.size()
  // where memory is copied to grow, it had better grow seldom; what is not touched costs nothing
  if (more > 0 && memory.grow(max(more, min(memory.size(), MOST_AHEAD))) < 0 && memory.grow(more) < 0) unreachable()
  return address
}

/** Extends the latest allocation so that it reaches up to `end`. */
export function extend(end: usize): void {
  if (end > top) allocate(end - top)
}

/** Like {@link allocate}, filled with zero bytes. */
export function allocateZeroed(bytes: usize): usize {
  const address = allocate(bytes)
  memory.fill(address, 0, bytes)
  return address
}

export function mark(): usize {
  return top
}

export function release(to: usize): void {
  top = to
}
