/** One array of several parts. */
export const joined = (...parts: ArrayLike<number>[]): Uint8Array<ArrayBuffer> => Uint8Array.from(parts.flatMap((part) => Array.from(part)))
