/**
 * Photoshop's image resources, in which JPEG and TIFF files hold IPTC.
 *
 *     "8BIM"  id (u16)  name (its length in a byte, padded to even)  size (u32)  bytes, padded to even
 *
 * Resource 0x0404 is IPTC-IIM 4. Adobe, "Photoshop File Formats", image resource blocks.
 */
const IPTC = 0x0404

interface Resource {
  id: number
  bytes: Uint8Array
}

export function resourcesOf(block: Uint8Array): Resource[] {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
  const found: Resource[] = []
  for (let at = 0; at + 12 <= block.length && view.getUint32(at) === 0x3842494d; ) {
    const named = at + 6
    const sizeAt = named + ((block[named] + 2) & ~1)
    if (sizeAt + 4 > block.length) break
    const size = view.getUint32(sizeAt)
    if (sizeAt + 4 + size > block.length) break
    found.push({ id: view.getUint16(at + 4), bytes: block.subarray(sizeAt + 4, sizeAt + 4 + size) })
    at = sizeAt + 4 + size + (size & 1)
  }
  return found
}

/** IPTC of a block of resources. */
export const iptcIn = (block: Uint8Array): Uint8Array | undefined => resourcesOf(block).find(({ id }) => id === IPTC)?.bytes

/** A block of the one resource that is IPTC. */
export function iptcBlock(iptc: Uint8Array): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(12 + iptc.length + (iptc.length & 1))
  const view = new DataView(block.buffer)
  view.setUint32(0, 0x3842494d)
  view.setUint16(4, IPTC)
  view.setUint32(8, iptc.length)
  block.set(iptc, 12)
  return block
}
