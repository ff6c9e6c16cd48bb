/** A Markdown table whose columns also line up as plain text; the first is flush left. */
export function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)))
  const line = (cells: string[]) => `| ${cells.map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join(' | ')} |`
  return [line(head), `|${widths.map((width, i) => `${'-'.repeat(width + 1)}${i ? ':' : '-'}`).join('|')}|`, ...rows.map(line)].join('\n')
}

/** '-12.34 %', '+5.00 %'. */
export const percent = (value: number): string => (Number.isNaN(value) ? 'no overlap' : `${value > 0 ? '+' : ''}${value.toFixed(2)} %`)

export const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length
