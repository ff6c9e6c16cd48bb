/**
 * A row of numbers in memory, read and written by index: a view of an address that costs nothing. `row[i]` of a `Row<i32>` is
 * `load<i32>(address + 4 * i)`; nothing checks the index.
 */
@unmanaged
export class Row<T> {
  [key: i32]: T

  @operator('[]')
  get(index: i32): T {
    return load<T>(changetype<usize>(this) + ((<usize>index) << alignof<T>()))
  }

  @operator('[]=')
  set(index: i32, value: T): void {
    store<T>(changetype<usize>(this) + ((<usize>index) << alignof<T>()), value)
  }
}

/** The row that begins at an address. */
// @inline
export function rowAt<T>(address: usize): Row<T> {
  return changetype<Row<T>>(address)
}
