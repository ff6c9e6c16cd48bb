/**
 * What tells series apart: hue, marker and dashes together, so that no reader depends on one of them. Hues are of M. Okabe and
 * K. Ito (2008), which colour-blind eyes tell apart, without the yellow that is faint on white.
 */

export type Marker = 'circle' | 'square' | 'triangle' | 'diamond' | 'triangle down' | 'cross' | 'plus' | 'star'

export interface SeriesStyle {
  /** On a white ground, and on a dark one. */
  colour: string
  dark: string
  marker: Marker
  /** SVG's stroke-dasharray; empty for a solid line. */
  dash: string
}

const COLOURS: [colour: string, dark: string][] = [
  ['#0072b2', '#4fb0e8'],
  ['#d55e00', '#ff8a3d'],
  ['#009e73', '#2fd0a2'],
  ['#cc79a7', '#f0a6cf'],
  ['#56b4e9', '#9ad8ff'],
  ['#e69f00', '#ffc34d'],
  ['#333333', '#e0e0e0'],
]
const MARKERS: Marker[] = ['circle', 'square', 'triangle', 'diamond', 'triangle down', 'cross', 'plus', 'star']
const DASHES = ['', '7 3', '2 2.5', '10 3 2 3', '4 4']

/** Style of the series at a place in a list. The cycles' lengths have no common factor: all three repeat only after 280. */
export function seriesStyle(place: number): SeriesStyle {
  const [colour, dark] = COLOURS[place % COLOURS.length]
  return { colour, dark, marker: MARKERS[place % MARKERS.length], dash: DASHES[place % DASHES.length] }
}

type Corner = [x: number, y: number]

const turned = (corners: Corner[], angle: number): Corner[] =>
  corners.map(([x, y]) => [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)])
const around = (count: number, radius: (i: number) => number): Corner[] =>
  Array.from({ length: count }, (_, i) => turned([[0, -radius(i)]], (2 * Math.PI * i) / count)[0])

const CROSS: Corner[] = [0, 1, 2, 3].flatMap((quarter) =>
  turned(
    [
      [-0.4, -0.4],
      [-0.4, -1.25],
      [0.4, -1.25],
    ],
    (quarter * Math.PI) / 2,
  ),
)
/** Corners of each marker but the circle, for a circle of radius 1 of about the same area. */
const CORNERS: Record<Exclude<Marker, 'circle'>, Corner[]> = {
  square: turned(
    around(4, () => 1.28),
    Math.PI / 4,
  ),
  triangle: around(3, () => 1.45),
  diamond: around(4, (i) => (i % 2 ? 1.05 : 1.45)),
  'triangle down': turned(
    around(3, () => 1.45),
    Math.PI,
  ),
  cross: turned(CROSS, Math.PI / 4),
  plus: CROSS,
  star: around(10, (i) => (i % 2 ? 0.62 : 1.55)),
}

/** A marker as SVG path data around the origin, for a circle of `radius`. */
export function markerPath(marker: Marker, radius: number): string {
  const round = (value: number) => String(+(value * radius).toFixed(2))
  if (marker === 'circle') return `M${round(1)},0A${round(1)},${round(1)} 0 1 1 ${round(-1)},0A${round(1)},${round(1)} 0 1 1 ${round(1)},0Z`
  return `M${CORNERS[marker].map(([x, y]) => `${round(x)},${round(y)}`).join('L')}Z`
}

interface Pen {
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
  arc(x: number, y: number, radius: number, start: number, end: number): void
  closePath(): void
}

/** A marker as a symbol of Observable Plot: draws itself for an area in square pixels. */
export const markerSymbol = (marker: Marker) => ({
  draw(pen: Pen, area: number): void {
    const radius = Math.sqrt(area / Math.PI)
    if (marker === 'circle') {
      pen.moveTo(radius, 0)
      pen.arc(0, 0, radius, 0, 2 * Math.PI)
    } else {
      for (const [i, [x, y]] of CORNERS[marker].entries()) {
        if (i === 0) pen.moveTo(x * radius, y * radius)
        else pen.lineTo(x * radius, y * radius)
      }
    }
    pen.closePath()
  },
})
