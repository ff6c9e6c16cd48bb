/** What the benches print. */
export { markdownTable as table } from '../src/rd/report/markdown.js'

/** '-12.34 %', '+5.00 %'. */
export const percent = (value: number): string => (Number.isNaN(value) ? 'no overlap' : `${value > 0 ? '+' : ''}${value.toFixed(2)} %`)

export const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length
