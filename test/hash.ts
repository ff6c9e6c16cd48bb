import { createHash } from 'node:crypto'

/** SHA-256 in hexadecimal, for golden values. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
