/** Tables and untrusted names in Markdown. */

/** A Markdown table whose columns also line up as plain text; the first is flush left. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join(' | ')} |`
  return [line(head), `|${widths.map((width, i) => `${'-'.repeat(width + 1)}${i ? ':' : '-'}`).join('|')}|`, ...rows.map(line)].join('\n')
}

/** On one line, without line breaks, terminal controls or marks that turn the direction of writing. */
export const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ')

/** A name as text of Markdown: nothing in it is markup, nor the end of a cell. */
export const plain = (text: string): string => oneLine(text).replaceAll(/[\\`*|[\]<>~$&]/g, '\\$&')

/** '-12.34 %', '+5.00 %'. */
export const percent = (value: number): string => (Number.isNaN(value) ? '-' : `${value > 0 ? '+' : ''}${value.toFixed(2)} %`)
