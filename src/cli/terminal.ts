/** Text of any origin on a terminal: names and tags come from files of anybody. */

/** What gives a terminal orders (controls, old and new), breaks lines, or changes the direction of what follows. */
const ORDERS = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu
/** The same but for ends of lines and tabs. */
const ORDERS_IN_LINES = /[^\P{Cc}\n\t]|[\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

/** A text as part of a line: orders become spaces. */
export const plain = (text: string): string => text.replaceAll(ORDERS, ' ')

/** A text of several lines. */
export const plainLines = (text: string): string => text.replaceAll(ORDERS_IN_LINES, ' ')

/** A line of JSON, in which orders are escaped: JSON itself escapes only the old ones. */
export function jsonLine(value: unknown): string {
  const escaped = (orders: string) => [...orders].map((order) => `\\u${order.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
  return `${JSON.stringify(value).replaceAll(ORDERS, escaped)}\n`
}
