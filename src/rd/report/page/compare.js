/** Pictures beside each other: the original, and two codecs at about equal bytes with a split that moves. */

const fileUrl = (pictures, index) => `data:image/webp;base64,${pictures[index]}`
/** What differs from the original in the original: one transparent pixel, so that the black ground shows. */
const NOTHING = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'

/** Options of a select, as [value, text]; keeps the chosen value where it is still there. */
function setOptions(select, options, preferred) {
  const before = select.value
  select.replaceChildren(...options.map(([value, text]) => new Option(text, value)))
  const values = options.map(([value]) => value)
  select.value = values.includes(before) ? before : values.includes(preferred) ? preferred : values[0]
}

/** Moves the split between the left and the right picture with the slider and with the pointer. */
function splitAtPointer(wipe, slider) {
  function split(percent) {
    const value = Math.max(0, Math.min(100, percent))
    slider.value = String(value)
    wipe.style.setProperty('--split', `${value}%`)
  }
  const toPointer = (event) => {
    const box = wipe.getBoundingClientRect()
    split(((event.clientX - box.left) / box.width) * 100)
  }
  slider.addEventListener('input', () => split(Number(slider.value)))
  wipe.addEventListener('pointerdown', (event) => {
    wipe.setPointerCapture(event.pointerId)
    toPointer(event)
    event.preventDefault()
    slider.focus({ preventScroll: true })
  })
  wipe.addEventListener('pointermove', (event) => {
    if (wipe.hasPointerCapture(event.pointerId)) toPointer(event)
  })
  split(50)
}

export function comparePictures(root, data, pictures) {
  const { items } = data.comparison
  const find = (name) => root.querySelector(`#${name}`)
  const [itemSelect, rateSelect, leftSelect, rightSelect] = ['item', 'rate', 'left', 'right'].map((name) => find(`compare-${name}`))
  const [maps, twice, status] = ['maps', 'twice', 'bytes'].map(find)
  const [original, leftImage, rightImage] = [find('picture-original'), find('picture-left'), find('picture-right')]
  const rateText = (rate) => `${rate.toPrecision(3)} ${data.rateUnit}`

  function show(image, item, found, side) {
    image.src = !found
      ? maps.checked
        ? NOTHING
        : fileUrl(pictures, item.original)
      : fileUrl(pictures, maps.checked ? found.map : found.picture)
    const name = found ? data.codecs[found.codec].key : 'Original'
    image.alt = `${maps.checked ? 'Error map of ' : ''}${data.items[item.item]}, ${name}`
    find(`name-${side}`).textContent = name
    find(`tag-${side}`).textContent = name
    const facts = find(`facts-${side}`)
    const codec = found && data.codecs[found.codec]
    const lines = found
      ? [
          codec.label,
          `${codec.setting} ${found.setting}`,
          `${found.bytes.toLocaleString('en')} bytes, ${rateText(found.rate)}`,
          ...found.metrics,
        ]
      : ['the picture that was encoded']
    facts.replaceChildren(
      ...lines.map((line) => {
        const element = document.createElement('li')
        element.textContent = line
        return element
      }),
    )
  }

  function update() {
    const item = items[Number(itemSelect.value)]
    setOptions(
      rateSelect,
      item.rates.map(({ name, rate }) => [name, `${name}: about ${rateText(rate)}`]),
      'middle',
    )
    const rate = item.rates.find(({ name }) => name === rateSelect.value)
    const options = [...rate.codecs.map(({ codec }) => [String(codec), data.codecs[codec].key]), ['original', 'Original']]
    setOptions(leftSelect, options, String(data.comparison.left))
    setOptions(rightSelect, options, String(data.comparison.right))
    const of = (select) => rate.codecs.find(({ codec }) => String(codec) === select.value)
    const [left, right] = [of(leftSelect), of(rightSelect)]
    original.src = fileUrl(pictures, item.original)
    original.alt = `${data.items[item.item]}, original`
    show(leftImage, item, left, 'left')
    show(rightImage, item, right, 'right')
    const { window } = item
    // small pictures are shown in whole multiples of their size
    const scale = Math.max(1, Math.floor(512 / window.width)) * (twice.checked ? 2 : 1)
    for (const figure of root.querySelectorAll('figure')) {
      figure.style.width = `${window.width * scale}px`
      const frame = figure.querySelector('.picture')
      frame.style.aspectRatio = `${window.width} / ${window.height}`
      frame.classList.toggle('pixels', scale > 1)
    }
    find('window').textContent = item.whole
      ? `the whole picture, ${window.width} × ${window.height} pixels`
      : `${window.width} × ${window.height} pixels from (${window.left}, ${window.top})`
    find('heat').hidden = !maps.checked
    const more = left && right ? (right.bytes / left.bytes - 1) * 100 : 0
    status.textContent = left && right ? `Right takes ${Math.abs(more).toFixed(1)} % ${more < 0 ? 'fewer' : 'more'} bytes than left.` : ''
  }

  setOptions(
    itemSelect,
    items.map(({ item }, i) => [String(i), data.items[item]]),
  )
  for (const control of [itemSelect, rateSelect, leftSelect, rightSelect, maps, twice]) control.addEventListener('change', update)
  splitAtPointer(find('wipe'), find('split'))
  update()
}
