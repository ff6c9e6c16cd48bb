/** Joins the page's controls to what it draws. */
import { comparePictures } from './compare.js'
import { describe, drawCurves, followPointer } from './curves.js'
import { drawSpeed } from './speed.js'

const read = (id) => JSON.parse(document.getElementById(id).textContent)
const data = read('data')
const state = { metric: data.main, item: -1, hidden: new Set() }
let targets = []

const curves = document.getElementById('curves')
const follower = followPointer(curves, document.getElementById('tip'), document.getElementById('spoken'), {
  targets: () => targets,
  describe: (target) => describe(target, data, state),
})

function draw() {
  follower.hide()
  targets = drawCurves(curves, data, state, curves.parentElement.clientWidth)
  document.getElementById('curves-note').textContent = state.item < 0 ? data.curves[state.metric].note : data.items[state.item]
  for (const time of ['encode', 'decode']) {
    const drawing = document.getElementById(`speed-${time}`)
    drawSpeed(drawing, data, state, time, drawing.parentElement.clientWidth)
  }
  document.getElementById('speed-metric').textContent = data.metrics[state.metric].label
}

if (data.metrics.length > 0) {
  for (const radio of document.querySelectorAll('input[name="metric"]')) {
    radio.addEventListener('change', () => {
      state.metric = Number(radio.value)
      draw()
    })
    // a reloaded page may come with another choice
    if (radio.checked) state.metric = Number(radio.value)
  }
  const items = document.getElementById('curves-item')
  items.value = '-1'
  items.addEventListener('change', () => {
    state.item = Number(items.value)
    draw()
  })
  for (const button of document.querySelectorAll('.legend button')) {
    button.addEventListener('click', () => {
      const index = Number(button.dataset.codec)
      if (!state.hidden.delete(index)) state.hidden.add(index)
      button.setAttribute('aria-pressed', String(!state.hidden.has(index)))
      draw()
    })
  }
  let width = 0
  new ResizeObserver(([{ contentRect }]) => {
    // a page that is not laid out yet, or not shown, has no width
    if (contentRect.width === width || contentRect.width < 100) return
    width = contentRect.width
    draw()
  }).observe(curves.parentElement)
}
if (data.comparison) comparePictures(document.getElementById('compare'), data, read('pictures'))
