/** @throws TypeError, RangeError */
export function optionInRange(name: string, value: number, least: number, most: number): number {
  if (typeof value !== 'number') throw new TypeError(`${name} is ${typeof value}, not a number`)
  if (!(value >= least && value <= most)) throw new RangeError(`${name} is ${value}, not in ${least}..${most}`)
  return value
}
