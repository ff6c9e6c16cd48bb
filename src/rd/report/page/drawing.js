/** SVG by hand: elements, ticks, and the frame of a chart with its axes. */

const SVG = 'http://www.w3.org/2000/svg'

/** An SVG element; a string among the children is its text. */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value))
  element.append(...children)
  return element
}

/** Round values within [from, to]: about `count` of them, evenly spaced. */
export function linearTicks(from, to, count) {
  const raw = (to - from) / count
  const decade = 10 ** Math.floor(Math.log10(raw))
  const step = [1, 2, 5, 10].map((digit) => digit * decade).find((step) => step >= raw * 0.75)
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  const ticks = []
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++)
    ticks.push({ value: i * step, label: (i * step).toFixed(digits) })
  return ticks
}

/** Round values within [from, to] of a logarithmic axis. */
export function logTicks(from, to) {
  const inside = (digits) => {
    const ticks = []
    for (let exponent = Math.floor(Math.log10(from)); 10 ** exponent <= to; exponent++) {
      for (const digit of digits) {
        const value = digit * 10 ** exponent
        if (value >= from && value <= to) ticks.push({ value, label: String(+value.toPrecision(3)) })
      }
    }
    return ticks
  }
  const coarse = inside([1, 2, 5])
  return coarse.length >= 4 ? coarse : inside([1, 1.5, 2, 3, 4, 5, 6, 8])
}

/** A range with some room at both ends. */
export function widened(values, part, least) {
  const [from, to] = [Math.min(...values), Math.max(...values)]
  const room = Math.max((to - from) * part, least)
  return [from - room, to + room]
}

/**
 * Empties a drawing and draws frame, grid, ticks and labels.
 * @returns functions from values to places
 */
export function axes(drawing, { width, height, x, y, left = 56 }) {
  const margin = { left, right: 14, top: 12, bottom: 48 }
  drawing.replaceChildren()
  drawing.setAttribute('viewBox', `0 0 ${width} ${height}`)
  drawing.setAttribute('width', width)
  drawing.setAttribute('height', height)
  const [right, bottom] = [width - margin.right, height - margin.bottom]
  const [logFrom, logTo] = [Math.log(x.from), Math.log(x.to)]
  const placeX = (value) => left + ((Math.log(value) - logFrom) / (logTo - logFrom)) * (right - left)
  const part = (value) => (value - y.from) / (y.to - y.from)
  const placeY = (value) => margin.top + (y.turned ? part(value) : 1 - part(value)) * (bottom - margin.top)
  let last = Number.NEGATIVE_INFINITY
  for (const { value, label } of logTicks(x.from, x.to)) {
    const at = placeX(value)
    drawing.append(svg('line', { class: 'grid', x1: at, x2: at, y1: margin.top, y2: bottom }))
    // labels keep clear of each other on narrow screens
    if (at - last < 12 + label.length * 7) continue
    last = at
    drawing.append(svg('text', { class: 'tick', x: at, y: bottom + 18, 'text-anchor': 'middle' }, label))
  }
  for (const { value, label } of linearTicks(y.from, y.to, Math.max(3, Math.round(height / 60)))) {
    const at = placeY(value)
    drawing.append(
      svg('line', { class: value === 0 && y.zero ? 'zero' : 'grid', x1: left, x2: right, y1: at, y2: at }),
      svg('text', { class: 'tick', x: left - 7, y: at + 4, 'text-anchor': 'end' }, label.replace('-', '\u2212')),
    )
  }
  const middle = (margin.top + bottom) / 2
  drawing.append(
    svg('rect', { class: 'frame', x: left, y: margin.top, width: right - left, height: bottom - margin.top }),
    svg('text', { class: 'label', x: (left + right) / 2, y: height - 8, 'text-anchor': 'middle' }, x.label),
    svg('text', { class: 'label', transform: `translate(14 ${middle}) rotate(-90)`, 'text-anchor': 'middle' }, y.label),
  )
  return { placeX, placeY, left, right, top: margin.top, bottom }
}

/** A smooth line that keeps to the order of its points: cubics whose slopes are limited as in PCHIP. */
export function smoothPath(points) {
  if (points.length === 0) return ''
  const slopes = points.map((_, i) => {
    if (i === 0 || i === points.length - 1) {
      const [a, b] = i === 0 ? [0, 1] : [points.length - 2, points.length - 1]
      return points.length > 1 ? (points[b][1] - points[a][1]) / (points[b][0] - points[a][0] || 1) : 0
    }
    const [[x0, y0], [x1, y1], [x2, y2]] = points.slice(i - 1, i + 2)
    const [before, after] = [(y1 - y0) / (x1 - x0 || 1), (y2 - y1) / (x2 - x1 || 1)]
    return before * after <= 0 ? 0 : (2 * before * after) / (before + after)
  })
  const round = (value) => value.toFixed(1)
  let path = `M${round(points[0][0])},${round(points[0][1])}`
  for (let i = 1; i < points.length; i++) {
    const [[x0, y0], [x1, y1]] = points.slice(i - 1, i + 1)
    const third = (x1 - x0) / 3
    path += `C${[x0 + third, y0 + third * slopes[i - 1], x1 - third, y1 - third * slopes[i], x1, y1].map(round).join(' ')}`
  }
  return path
}

/** A codec's marker at a place. */
export function mark(codec, index, x, y, scale = 1) {
  return svg('path', { class: `mark s${index}`, d: codec.marker, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${scale})` })
}
