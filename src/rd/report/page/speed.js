/** The speed scatter: BD-rate over CPU time, a labelled point per codec. */
import { axes, mark, svg, widened } from './drawing.js'

/** @param time 'encode' or 'decode' */
export function drawSpeed(drawing, data, state, time, width) {
  const known = data.speed[state.metric].filter((point) => point[time] > 0 && !state.hidden.has(point.codec))
  if (known.length === 0) {
    drawing.replaceChildren(svg('text', { class: 'label', x: 10, y: 30 }, 'Nothing to show: no times, or no BD-rates.'))
    drawing.setAttribute('height', 60)
    drawing.setAttribute('width', width)
    drawing.removeAttribute('viewBox')
    return
  }
  const times = known.map((point) => point[time])
  const [from, to] = widened([0, ...known.map(({ percent }) => percent)], 0.1, 2)
  const { placeX, placeY, right } = axes(drawing, {
    width,
    height: Math.round(Math.max(280, Math.min(400, width * 0.75))),
    x: { from: Math.min(...times) / 1.6, to: Math.max(...times) * 1.6, label: data.timeLabels[time] },
    y: { from, to, label: `BD-rate against ${data.anchor} (%)`, zero: true },
  })
  const taken = []
  for (const point of [...known].sort((a, b) => b.percent - a.percent)) {
    const codec = data.codecs[point.codec]
    const [x, y] = [placeX(point[time]), placeY(point.percent)]
    const dot = mark(codec, point.codec, x, y, 1.25)
    const values = `${codec.key}: ${point.percent.toFixed(2)} %, ${point[time].toPrecision(3)} s`
    dot.append(svg('title', {}, values))
    const label = svg('text', { class: 'name', y: y - 4 }, codec.key)
    drawing.append(dot, label)
    const length = label.getComputedTextLength()
    const start = x + 10 + length > right - 4 ? x - 10 - length : x + 10
    let level = y - 4
    while (taken.some((other) => Math.abs(other.level - level) < 14 && start < other.end + 6 && other.start < start + length + 6))
      level += 2
    taken.push({ start, end: start + length, level })
    label.setAttribute('x', start)
    label.setAttribute('y', level)
  }
}
