/** The curves: a line per codec, faint ones per item, and what the pointer or the arrow keys are at. */
import { axes, mark, smoothPath, svg, widened } from './drawing.js'

/** Which curves of a codec are drawn thick, and which faint, for the chosen item (-1: the mean of all). */
function chosenCurves(curves, item) {
  if (item < 0) return { thick: curves.mean, faint: curves.items.length > 1 ? curves.items.map(([, points]) => points) : [] }
  return { thick: curves.items.find(([index]) => index === item)?.[1] ?? [], faint: [] }
}

/**
 * @param data of the page
 * @param state { metric: index, item: index or -1, hidden: Set of codec indices }
 * @returns points that can be pointed at: { codec, index, setting, rate, value, x, y }
 */
export function drawCurves(drawing, data, state, width) {
  const metric = data.metrics[state.metric]
  const found = data.curves[state.metric].codecs.map((curves) => chosenCurves(curves, state.item))
  // the axes are of what is shown: a lossless codec far to the right can be put aside
  const shown = found.map((curves, index) => ({ ...curves, index })).filter(({ index }) => !state.hidden.has(index))
  const all = shown.flatMap(({ thick, faint }) => [...thick, ...faint.flat()])
  const height = Math.round(Math.max(300, Math.min(520, width * 0.6)))
  if (all.length === 0) {
    drawing.replaceChildren(svg('text', { class: 'label', x: 20, y: 40 }, shown.length > 0 ? 'No finite values' : 'Every codec is hidden'))
    drawing.removeAttribute('viewBox')
    drawing.setAttribute('width', width)
    drawing.setAttribute('height', 80)
    return []
  }
  const rates = all.map(([, rate]) => rate)
  const [from, to] = widened(
    all.map(([, , value]) => value),
    0.05,
    10 ** -metric.digits,
  )
  const { placeX, placeY } = axes(drawing, {
    width,
    height,
    x: { from: Math.min(...rates) / 1.08, to: Math.max(...rates) * 1.08, label: data.rateLabel },
    y: { from, to, label: metric.title, turned: metric.better === 'lower' },
  })
  const place = ([, rate, value]) => [placeX(rate), placeY(value)]
  for (const { faint, index } of shown) {
    for (const points of faint) drawing.append(svg('path', { class: `faint s${index}`, d: smoothPath(points.map(place)) }))
  }
  const targets = []
  for (const { thick, index } of shown) {
    const codec = data.codecs[index]
    const group = svg('g', { class: 'curve', 'data-codec': codec.key })
    group.append(svg('path', { class: `line s${index}`, d: smoothPath(thick.map(place)), 'stroke-dasharray': codec.dash }))
    for (const point of thick) {
      const [x, y] = place(point)
      group.append(mark(codec, index, x, y, 1.15))
      targets.push({ codec, index, setting: point[0], rate: point[1], value: point[2], x, y })
    }
    drawing.append(group)
  }
  return targets
}

/** What is said of a point. */
export function describe(target, data, state) {
  const metric = data.metrics[state.metric]
  const where = state.item < 0 ? data.curves[state.metric].note : data.items[state.item]
  return [
    target.codec.key,
    `${target.codec.setting} ${target.setting}`,
    `${target.rate.toPrecision(4)} ${data.rateUnit}`,
    `${metric.label} ${target.value.toFixed(metric.digits)}${metric.unit ? ` ${metric.unit}` : ''}`,
    where,
  ]
}

/** Shows values at the pointer, and at the point that arrow keys have gone to. */
export function followPointer(drawing, tip, spoken, at) {
  let current
  const ring = svg('circle', { class: 'ring', r: 9 })
  const show = (target, aloud) => {
    current = target
    if (!target) {
      ring.remove()
      tip.hidden = true
      return
    }
    ring.setAttribute('cx', target.x)
    ring.setAttribute('cy', target.y)
    drawing.append(ring)
    const lines = at.describe(target)
    tip.replaceChildren(
      ...lines.map((line, i) => {
        const element = document.createElement(i ? 'div' : 'strong')
        element.textContent = line
        return element
      }),
    )
    tip.hidden = false
    const room = drawing.clientWidth - tip.offsetWidth - 4
    tip.style.left = `${Math.max(0, Math.min(room, target.x + 14))}px`
    const above = target.y - tip.offsetHeight - 12
    tip.style.top = `${above < 0 ? target.y + 16 : above}px`
    if (aloud) spoken.textContent = lines.join(', ')
  }
  drawing.addEventListener('pointermove', (event) => {
    const box = drawing.getBoundingClientRect()
    const [x, y] = [event.clientX - box.left, event.clientY - box.top]
    const distance = (target) => Math.hypot(target.x - x, target.y - y)
    const nearest = at.targets().reduce((best, target) => (best && distance(best) <= distance(target) ? best : target), undefined)
    show(nearest && distance(nearest) < 60 ? nearest : undefined)
  })
  drawing.addEventListener('pointerleave', () => show(undefined))
  drawing.addEventListener('blur', () => show(undefined))
  drawing.addEventListener('keydown', (event) => {
    const targets = at.targets()
    if (event.key === 'Escape') show(undefined)
    if (!/^Arrow/.test(event.key) || targets.length === 0) return
    event.preventDefault()
    const place = targets.indexOf(current)
    if (place < 0) return show(targets[0], true)
    if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      const next = targets[place + (event.key === 'ArrowRight' ? 1 : -1)]
      return show(next?.index === current.index ? next : current, true)
    }
    // up and down: the next codec's point of about the same rate
    const codecs = [...new Set(targets.map(({ index }) => index))]
    const turn = codecs.length + (event.key === 'ArrowDown' ? 1 : -1)
    const index = codecs[(codecs.indexOf(current.index) + turn) % codecs.length]
    const others = targets.filter((target) => target.index === index)
    show(
      others.reduce((best, target) => (Math.abs(target.x - current.x) < Math.abs(best.x - current.x) ? target : best)),
      true,
    )
  })
  return { hide: () => show(undefined) }
}
