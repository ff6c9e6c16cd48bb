/** What the benches print. */
export { mean, median } from '../../src/rd/report/bd.js'
export { markdownTable as table, percent } from '../../src/rd/report/markdown.js'
