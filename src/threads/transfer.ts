/** What can be moved to another thread instead of copied. */

/**
 * The buffers in `message`, whole ones only, to move instead of copy: they leave this thread. A view on a part of a buffer is
 * copied, since the rest belongs to somebody else.
 */
export function buffersOf(message: object): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>()
  const visit = (value: unknown) => {
    if (ArrayBuffer.isView(value)) {
      if (value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength) buffers.add(value.buffer)
    } else if (Array.isArray(value)) {
      // numbers need no visit, and there may be many
      if (typeof value[0] === 'object') for (const item of value) visit(item)
    } else if (value && Object.getPrototypeOf(value) === Object.prototype) for (const item of Object.values(value)) visit(item)
  }
  visit(message)
  return [...buffers]
}
