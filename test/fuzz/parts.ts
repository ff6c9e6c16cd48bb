/** The chunks of a file, to be changed and put together again. */
import { ByteReader, ByteWriter } from '../../codecs/container/bytes.js'
import { joined, SIGNATURE_BYTES, writeChunk } from '../../codecs/container/container.js'

export interface Part {
  type: string
  payload: Uint8Array
  /** Where the chunk was in its file, and how long. */
  offset: number
  length: number
}

/** The chunks of a well-formed file; of any other, those in front of what is none. */
export function partsOf(file: Uint8Array): Part[] {
  const parts: Part[] = []
  try {
    for (let offset = SIGNATURE_BYTES; offset < file.length; ) {
      const reader = new ByteReader(file, offset)
      const type = String.fromCharCode(reader.u8())
      const payload = reader.raw(reader.varint())
      reader.raw(4)
      parts.push({ type, payload, offset, length: reader.offset - offset })
      offset = reader.offset
    }
  } catch {
    // the end of what is well-formed
  }
  return parts
}

/** A file of the chunks, with index and end as they have to be then, or as they are; with right CRCs or some wrong one. */
export function wholeOf(file: Uint8Array, parts: readonly Part[], right: { index: boolean; crc: boolean }): Uint8Array {
  const chunks = parts.map(({ type, payload }) => writeChunk(type, payload))
  const lengths = chunks.flatMap((chunk, i) => ('Dc'.includes(parts[i].type) ? [chunk.length] : []))
  for (const [i, { type, payload }] of parts.entries()) {
    if (right.index && type === 'I') chunks[i] = writeChunk('I', varints(lengths))
    if (right.index && type === 'E') chunks[i] = endOf(payload, lengths)
  }
  if (!right.crc && chunks.length > 0) {
    const chunk = chunks[parts.length >> 1]
    chunk[chunk.length - 1] ^= 1
  }
  return joined([file.subarray(0, SIGNATURE_BYTES), ...chunks])
}

function varints(values: readonly number[]): Uint8Array {
  const out = new ByteWriter()
  for (const value of values) out.varint(value)
  return out.finish()
}

/** E with its length and MD5 as they are, and the index that the chunks have. */
function endOf(payload: Uint8Array, lengths: readonly number[]): Uint8Array<ArrayBuffer> {
  const head = headOf(payload)
  const body = joined([head, varints(lengths), new Uint8Array(4)])
  new DataView(body.buffer).setUint32(body.length - 4, writeChunk('E', body).length, true)
  return writeChunk('E', body)
}

function headOf(payload: Uint8Array): Uint8Array {
  try {
    const reader = new ByteReader(payload)
    reader.varint()
    reader.raw(Math.min(16, reader.u8()))
    return payload.subarray(0, reader.offset)
  } catch {
    return payload
  }
}
