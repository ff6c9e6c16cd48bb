/** What the benches print. */
export { markdownTable as table } from '../src/rd/report/markdown.js'

export const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length
