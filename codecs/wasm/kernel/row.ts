/**
 * A row of numbers in memory, read and written by index: a view of an address that costs nothing. `row[i]` of a `Row<i32>` is
 * `load<i32>(address + 4 * i)`; nothing checks the index.
 */
import { allocate, allocateZeroed } from './arena'

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

  /** The row that begins at an index of this one. */
  from(index: i32): Row<T> {
    return changetype<Row<T>>(changetype<usize>(this) + ((<usize>index) << alignof<T>()))
  }

  /** Takes the first `count` numbers of another row. */
  copy(source: Row<T>, count: i32): void {
    memory.copy(changetype<usize>(this), changetype<usize>(source), (<usize>count) << alignof<T>())
  }

  /** Sets the first `count` numbers to 0. */
  clear(count: i32): void {
    memory.fill(changetype<usize>(this), 0, (<usize>count) << alignof<T>())
  }
}

/**
 * The row that begins at an address. A constant row is `changetype<Row<T>>(memory.data(...))`: the result of a function is no constant to the
 * compiler, and is loaded each time.
 */
// @inline
export function rowAt<T>(address: usize): Row<T> {
  return changetype<Row<T>>(address)
}

/** Room on the arena for a row of `count` numbers. */
export function allocateRow<T>(count: i32): Row<T> {
  return changetype<Row<T>>(allocate((<usize>count) << alignof<T>()))
}

/** The same, of zeros. */
export function allocateZeroedRow<T>(count: i32): Row<T> {
  return changetype<Row<T>>(allocateZeroed((<usize>count) << alignof<T>()))
}
