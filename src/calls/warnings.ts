/** What was dropped or changed on the way between a file and its samples. It does not stop the work, and it is told. */

/**
 * - `frames`: of several frames or pages, only the first
 * - `colour`: what describes colours (CICP, ICC, gamma, primaries) is dropped, or colours were converted
 * - `hdr`: PQ or HLG is coded by rules that were made for ordinary pictures
 * - `bits`: fewer bits per sample
 * - `alpha`: transparency is dropped
 * - `density`, `gain-map`, `exif`, `xmp`, `iptc`, `comment`: such data are dropped, or in part
 * - `clipped`: samples beyond full scale were cut off
 * - `tags`: tags or pictures of a sound are dropped, or in part
 * - `damaged`: the file is damaged, and read as far as it goes
 * - `length`: a file's own word on its length is wrong, and was not followed
 */
export type WarningCode =
  | 'frames'
  | 'colour'
  | 'hdr'
  | 'bits'
  | 'alpha'
  | 'density'
  | 'gain-map'
  | 'exif'
  | 'xmp'
  | 'iptc'
  | 'comment'
  | 'clipped'
  | 'tags'
  | 'damaged'
  | 'length'

/** One thing that was dropped or changed. */
export interface Warning {
  /** Which, for programs. */
  code: WarningCode
  /** For people, in one line without the file's name. */
  message: string
}

/** What calls take that may drop or change something. */
export interface Warned {
  /** Called for each thing that is dropped or changed, once for each message. */
  onWarning?: ((warning: Warning) => void) | undefined
}

/** The callback as a function that can always be called, and that tells nothing twice. */
export function warner({ onWarning }: Warned): (code: WarningCode, message: string) => void {
  const told = new Set<string>()
  return (code, message) => {
    if (!onWarning || told.has(message)) return
    told.add(message)
    onWarning({ code, message })
  }
}
