/** Where in a picture a metric sees its errors. */
import type { Background } from './colour.js'

export interface ErrorMap {
  /** In pixels, as the picture. */
  width: number
  height: number
  /** width * height values, row-major; 0 where nothing is seen, in the unit of its metric. */
  data: Float32Array
}

/** What metrics of images take. */
export interface MapOptions {
  /** Also draw where the errors are. */
  map?: boolean
  /** Shows through where a picture has alpha. White by default. */
  background?: Background
  /** Ends the measuring. */
  signal?: AbortSignal | undefined
}
