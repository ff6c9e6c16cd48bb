/** Where in a picture a metric sees its errors. */
export interface ErrorMap {
  /** In pixels, as the picture. */
  width: number
  height: number
  /** width * height values, row-major; 0 where nothing is seen, in the unit of its metric. */
  data: Float32Array
}
