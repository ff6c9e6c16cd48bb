/**
 * A photo-like picture, 768 x 512, by a small ray tracer: fruit, a bowl and a painted vase on a wooden table with a woven
 * cloth, in a low sun (soft shadows), before a landscape; then what a camera adds: tone curve, falling off towards the
 * corners, a slight blur, grain.
 */
import type { ImageData } from '../src/image.js'
import { angleTurns, clamp, mix, noise, normal, power, ramp, randomRow, sinTurns, turbulence } from './arithmetic.js'
import { clearSky, landscape } from './landscape.js'
import { add, blend, dot, scale, times, unit, type Vector } from './vector.js'

const WIDTH = 768
const HEIGHT = 512
/** Rays per pixel: each axis. */
const RAYS = 2

/** Not by **, whose last digits are the engine's. */
const square = (x: number): number => x * x

const EYE: Vector = [0, 1.02, -3.3]
/** Half of the picture's width in x / z, and the tilt of the camera as a shift of the lens. */
const SPAN = 0.6
const TILT = -0.15
const SUN = unit([-0.74, 0.56, -0.22])
const SUNLIGHT: Vector = [2.5, 2.18, 1.72]
/** Radius of the sun's disc in the sky, wider than the real one: the edges of shadows are soft. */
const SUN_RADIUS = 0.06
const TABLE_END = 1.75

type Surface = 'vase' | 'bowl' | 'orange' | 'apple' | 'pear' | 'berry' | 'stalk'

/** A solid of revolution about an upright axis: r^2 = a + b h + c h^2 at height h above `foot`, between `low` and `high`. */
interface Quadric {
  surface: Surface
  x: number
  z: number
  foot: number
  a: number
  b: number
  c: number
  low: number
  high: number
  /** Distinguishes equal things. */
  seed: number
}

function sphere(surface: Surface, x: number, y: number, z: number, radius: number, seed: number, squash = 1): Quadric {
  const high = 2 * radius * squash
  return { surface, x, z, foot: y, a: 0, b: (2 * radius) / squash, c: -1 / (squash * squash), low: 0, high, seed }
}

const at = (surface: Surface, x: number, z: number, foot: number, [a, b, c]: Vector, low: number, high: number, seed: number): Quadric => ({
  surface,
  x,
  z,
  foot,
  a,
  b,
  c,
  low,
  high,
  seed,
})

/** r^2 = top + curve (h - middle)^2, multiplied out. */
const about = (top: number, curve: number, middle: number): Vector => [top + curve * middle * middle, -2 * curve * middle, curve]

const THINGS: Quadric[] = [
  // the neck meets the body at 0.72 with the same radius and slope
  at('vase', -0.98, 0.3, 0, about(0.1764, -0.6524, 0.4), 0, 0.72, 1),
  at('vase', -0.98, 0.3, 0, about(0.0678, 1.0438, 0.92), 0.72, 1.16, 1),
  at('bowl', 0.62, 0.42, 0.02, [0.05, 1.05, 0], 0, 0.36, 2),
  sphere('orange', 0.4, 0.2, 0.3, 0.235, 3, 0.95),
  sphere('orange', 0.83, 0.21, 0.42, 0.25, 4, 0.96),
  sphere('orange', 0.55, 0.25, 0.74, 0.24, 5, 0.95),
  sphere('apple', 0.63, 0.4, 0.36, 0.225, 6, 0.9),
  sphere('apple', -0.3, 0, -0.45, 0.27, 7, 0.88),
  sphere('apple', -0.52, 0, 0.14, 0.25, 8, 0.9),
  at('stalk', -0.3, -0.45, 0.45, [0.00025, 0.0006, 0.006], 0, 0.13, 9),
  at('stalk', 0.63, 0.36, 0.78, [0.0002, 0.0006, 0.006], 0, 0.12, 9),
  at('pear', 1.42, 0.1, 0, about(0.0676, -1, 0.25), 0, 0.34, 10),
  at('pear', 1.42, 0.1, 0, [0.1239, -0.2064, 0.0447], 0.34, 0.68, 10),
  at('stalk', 1.42, 0.1, 0.66, [0.0003, 0, 0.004], 0, 0.13, 9),
  ...([
    [0.1, -0.75, 0.075],
    [0.25, -0.68, 0.07],
    [0.19, -0.9, 0.08],
    [0.42, -0.82, 0.07],
    [0.93, -0.55, 0.078],
    [-0.95, -0.62, 0.072],
    [-0.8, -0.7, 0.08],
  ].map(([x, z, radius], i) => sphere('berry', x, 0, z, radius, 20 + i, 0.92)) as Quadric[]),
]

/** Nearest hit of a ray in (0.001, `most`): distance and thing; -1 if none. @param any stop at the first */
function nearest(from: Vector, way: Vector, most: number, any: boolean): [number, number] {
  let found = -1
  for (let i = 0; i < THINGS.length; i++) {
    const { x, z, foot, a, b, c, low, high } = THINGS[i]
    const ox = from[0] - x
    const oy = from[1] - foot
    const oz = from[2] - z
    const square = way[0] * way[0] + way[2] * way[2] - c * way[1] * way[1]
    const half = ox * way[0] + oz * way[2] - 0.5 * b * way[1] - c * oy * way[1]
    const rest = ox * ox + oz * oz - a - b * oy - c * oy * oy
    const root = half * half - square * rest
    if (root < 0) continue
    const width = Math.sqrt(root)
    for (let side = -1; side <= 1; side += 2) {
      const distance = (-half + side * width) / square
      const height = oy + distance * way[1]
      if (distance > 0.001 && distance < most && height >= low && height <= high) {
        most = distance
        found = i
        if (any) return [most, found]
      }
    }
  }
  return [most, found]
}

interface Material {
  colour: Vector
  normal: Vector
  /** Strength of mirror reflection at right angles, and log2 of the highlight's sharpness. */
  gloss: number
  sharpness: number
}

/** A bend of the normal by the slopes of a noise. */
function bumped(normal: Vector, x: number, y: number, size: number, height: number, seed: number): Vector {
  const slopeX = noise(x / size + 0.15, y / size, seed) - noise(x / size - 0.15, y / size, seed)
  const slopeY = noise(x / size, y / size + 0.15, seed) - noise(x / size, y / size - 0.15, seed)
  return unit([normal[0] - height * slopeX, normal[1] - height * slopeY, normal[2] + height * 0.5 * (slopeX - slopeY)])
}

function materialOf(thing: Quadric, point: Vector, normal: Vector): Material {
  const height = point[1] - thing.foot
  const turn = angleTurns(point[0] - thing.x, point[2] - thing.z)
  const { seed } = thing
  switch (thing.surface) {
    case 'vase': {
      const glaze = 0.03 * turbulence(turn * 30, height * 12, 3, 12)
      const petals = sinTurns(turn * 9) * 0.07 + sinTurns(turn * 18 + 0.2) * 0.02
      const line = (at: number, width: number) => ramp(width, width * 0.7, Math.abs(height - at))
      const flower = ramp(0.012, 0.004, Math.abs(Math.abs(height - 0.4) - 0.1 - petals))
      const dots = ramp(0.05, 0.035, Math.sqrt(square(turn * 18 - Math.floor(turn * 18) - 0.5) * 0.02 + square(height - 0.4)))
      const painted = Math.max(line(0.12, 0.03), line(0.66, 0.016), line(0.7, 0.008), line(1.1, 0.028), flower, dots)
      const wash = 0.75 + 0.3 * turbulence(turn * 60, height * 30, 3, 13)
      return {
        colour: blend([0.8 + glaze, 0.79 + glaze, 0.74 + glaze], [0.03, 0.07, 0.33], clamp(painted * wash)),
        normal: bumped(normal, turn * 12, height * 2, 0.5, 0.02, 14),
        gloss: 0.06,
        sharpness: 8,
      }
    }
    case 'bowl': {
      const turned = turbulence(turn * 4, height * 46, 4, 15)
      const speck = ramp(0.45, 0.6, noise(turn * 170, height * 60, 16))
      return {
        colour: blend([0.2 + 0.03 * turned, 0.3 + 0.05 * turned, 0.3 + 0.05 * turned], [0.05, 0.06, 0.06], speck),
        normal,
        gloss: 0.05,
        sharpness: 6,
      }
    }
    case 'orange': {
      const pore = noise(turn * 95, height * 62, seed)
      const ripe = turbulence(turn * 5, height * 5, 3, seed + 30)
      return {
        colour: [0.86 + 0.06 * ripe + 0.03 * pore, 0.33 + 0.07 * ripe + 0.02 * pore, 0.025],
        normal: bumped(normal, turn * 1.4, height, 0.018, 0.17, seed),
        gloss: 0.045,
        sharpness: 5,
      }
    }
    case 'apple': {
      const streaks = turbulence(turn * 42, height * 5, 4, seed, 0.6)
      const blush = ramp(-0.45, 0.4, sinTurns(turn + seed * 0.21) * 0.6 + 0.55 * streaks + 0.25)
      const freckle = ramp(0.66, 0.8, noise(turn * 75, height * 55, seed + 9))
      const skin = blend([0.62, 0.52, 0.09], [0.5, 0.035, 0.03], blush)
      return {
        colour: blend(skin, [0.72, 0.6, 0.3], 0.55 * freckle),
        normal: bumped(normal, turn * 4, height * 2, 0.3, 0.03, seed),
        gloss: 0.05,
        sharpness: 7,
      }
    }
    case 'pear': {
      const russet = turbulence(turn * 22, height * 22, 5, 17, 0.65)
      const blush = ramp(0.1, 0.6, turbulence(turn * 3 + 0.4, height * 3, 2, 18))
      const skin = blend([0.5 + 0.05 * russet, 0.5, 0.09], [0.55, 0.24, 0.07], blush)
      return {
        colour: blend(skin, [0.25, 0.18, 0.06], 0.7 * ramp(0.2, 0.5, russet)),
        normal: bumped(normal, turn * 9, height * 6, 0.2, 0.05, 19),
        gloss: 0.03,
        sharpness: 5,
      }
    }
    case 'berry': {
      const bloom = ramp(-0.4, 0.6, turbulence(turn * 6, height * 34, 4, seed, 0.6))
      return { colour: blend([0.025, 0.03, 0.08], [0.16, 0.2, 0.36], 0.7 * bloom), normal, gloss: 0.03, sharpness: 4 }
    }
    case 'stalk':
      return { colour: [0.13, 0.085, 0.04], normal, gloss: 0.01, sharpness: 3 }
  }
}

function table(x: number, z: number): Material {
  // a cloth, turned by the 3-4-5 angle, with checks of two threads
  const u = 0.8 * (x + 0.28) + 0.6 * (z + 0.42)
  const v = 0.8 * (z + 0.42) - 0.6 * (x + 0.28)
  const edge = Math.max(Math.abs(u) - 0.62, Math.abs(v) - 0.5) + 0.006 * noise(u * 30 + v * 30, 0.5, 23)
  if (edge < 0) {
    const threadU = sinTurns(u * 74)
    const threadV = sinTurns(v * 74)
    const over = threadU * threadV
    const stripe = (w: number) => ramp(-0.12, 0.12, sinTurns(w * 5.5))
    const red = 0.5 * stripe(u) + 0.5 * stripe(v) + 0.09 * over
    const wear = 0.9 + 0.08 * turbulence(u * 60, v * 60, 3, 24) + 0.07 * over
    const folds = 0.16 * turbulence(u * 2.6, v * 2.6, 3, 25)
    const hem = ramp(-0.028, -0.022, edge) * 0.12
    const colour = scale(blend([0.78, 0.75, 0.68], [0.5, 0.07, 0.07], clamp(red)), wear - hem)
    return {
      colour,
      normal: unit([folds + 0.12 * threadU, 1, 0.13 * turbulence(u * 2.6 + 4, v * 2.6, 3, 26) + 0.12 * threadV]),
      gloss: 0,
      sharpness: 2,
    }
  }
  // planks along x, each cut from another place of the trunk
  const plank = Math.floor(z / 0.42)
  const across = z / 0.42 - plank
  const cut = plank * 7.7
  const warp = 0.5 * turbulence(x * 0.7 + cut, z * 2.2, 3, 27)
  const ring = across * 5 + 2.4 * warp + 0.35 * x
  const rings = 0.5 + 0.5 * sinTurns(ring + 0.25 * noise(x * 3, z * 20, 28))
  const fibre = turbulence(x * 5 + cut, z * 150, 3, 29, 0.7)
  const pore = ramp(0.35, 0.75, noise(x * 9 + cut, z * 210, 30))
  const gap = ramp(0.022, 0.008, Math.min(across, 1 - across))
  const tone = 0.72 + 0.22 * rings + 0.2 * fibre + 0.12 * noise(plank, 0.5, 31) * 2
  const wood = scale(blend([0.3, 0.17, 0.085], [0.43, 0.27, 0.145], rings), tone * (1 - 0.4 * pore))
  const dirt = 1 - 0.12 * ramp(0, 0.5, turbulence(x * 2, z * 2, 4, 32))
  return {
    colour: scale(wood, dirt * (1 - 0.88 * gap)),
    normal: unit([0.03 * fibre, 1, 0.05 * noise(x * 7, z * 160, 33) + 0.8 * gap * (across < 0.5 ? -1 : 1)]),
    gloss: 0.025,
    sharpness: 4,
  }
}

/** How much of the sky the things around cover, as if each were a sphere. */
function openSky(point: Vector, normal: Vector, self: number): number {
  let open = 1
  for (let i = 0; i < THINGS.length; i++) {
    const thing = THINGS[i]
    if (i === self || thing.surface === 'stalk') continue
    const middle = 0.5 * (thing.low + thing.high)
    const area = Math.max(thing.a + thing.b * middle + thing.c * middle * middle, 0.25 * square(thing.high - thing.low)) * 0.9
    const to: Vector = [thing.x - point[0], thing.foot + middle - point[1], thing.z - point[2]]
    const distance = dot(to, to)
    const facing = dot(to, normal) / Math.sqrt(distance)
    if (facing > 0) open *= 1 - Math.min(0.7, (facing * area) / Math.max(distance, area))
  }
  return open
}

/** Light from a point towards the eye. */
function shaded(point: Vector, way: Vector, { colour, normal, gloss, sharpness }: Material, self: number, random: () => number): Vector {
  const sideways = SUN_RADIUS * (2 * random() - 1)
  const sunwards = unit(add(SUN, [-sideways * SUN[2], SUN_RADIUS * (2 * random() - 1), sideways * SUN[0]]))
  const open = openSky(point, normal, self)
  const facing = dot(normal, sunwards)
  let sun = 0
  if (facing > 0) {
    const start = add(point, scale(normal, 0.004))
    if (nearest(start, sunwards, 20, true)[1] < 0) sun = facing
  }
  const skylight = scale(blend([0.17, 0.13, 0.09], [0.3, 0.37, 0.52], 0.5 + 0.5 * normal[1]), open)
  let light = times(colour, add(scale(SUNLIGHT, sun), skylight))
  if (gloss > 0) {
    const turned = -dot(way, normal)
    const mirrored = add(way, scale(normal, 2 * turned))
    const grazing = 1 - clamp(turned)
    const fresnel = gloss + (1 - gloss) * square(square(grazing)) * grazing * (gloss < 0.04 ? 0.35 : 0.8)
    const seen = mirrored[1] > 0 ? clearSky(mirrored[1]) : ([0.16, 0.11, 0.07] as Vector)
    light = add(light, scale(seen, fresnel * open))
    let highlight = clamp(dot(unit(add(scale(way, -1), SUN)), normal))
    for (let i = 0; i < sharpness; i++) highlight *= highlight
    light = add(light, scale(SUNLIGHT, sun > 0 ? highlight * gloss * 6 : 0))
  }
  return light
}

function trace(across: number, up: number, random: () => number): Vector {
  const way = unit([across, up, 1])
  const ground = way[1] < 0 ? -EYE[1] / way[1] : Number.POSITIVE_INFINITY
  const onTable = EYE[2] + ground * way[2] < TABLE_END ? ground : Number.POSITIVE_INFINITY
  const [distance, index] = nearest(EYE, way, Math.min(onTable, 50), false)
  if (index < 0) {
    if (onTable === Number.POSITIVE_INFINITY) return landscape(across, up)
    const point = add(EYE, scale(way, onTable))
    return shaded(point, way, table(point[0], point[2]), -1, random)
  }
  const point = add(EYE, scale(way, distance))
  const thing = THINGS[index]
  const height = point[1] - thing.foot
  let normal = unit([point[0] - thing.x, -0.5 * thing.b - thing.c * height, point[2] - thing.z])
  if (dot(normal, way) > 0) normal = scale(normal, -1)
  return shaded(point, way, materialOf(thing, point, normal), index, random)
}

/** Tone curve: straight in the shadows, bending to white; then the display's. */
function developed(light: number): number {
  const exposed = 1.05 * light
  const film = (exposed * (0.1 + 2.1 * exposed)) / (0.42 + exposed * (0.55 + 2 * exposed))
  return power(clamp(film), 0.4545)
}

/** [1 w 1] / (w + 2) along one axis of interleaved RGB: what lens and sensor take off single pixels. */
function softened(from: Float64Array, stride: number): Float64Array<ArrayBuffer> {
  const out = Float64Array.from(from)
  for (let i = stride; i < from.length - stride; i++) out[i] = (from[i - stride] + 5 * from[i] + from[i + stride]) / 7
  return out
}

export function stillLife(): ImageData {
  const random = randomRow(1)
  let picture = new Float64Array(WIDTH * HEIGHT * 3)
  for (let y = 0, i = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++, i += 3) {
      let sum: Vector = [0, 0, 0]
      for (let ray = 0; ray < RAYS * RAYS; ray++) {
        const px = x + ((ray % RAYS) + random()) / RAYS
        const py = y + (Math.floor(ray / RAYS) + random()) / RAYS
        // single glints do not outshine their pixel
        const light = trace(((2 * px) / WIDTH - 1) * SPAN, TILT + ((HEIGHT - 2 * py) / WIDTH) * SPAN, random)
        sum = add(sum, [Math.min(light[0], 4), Math.min(light[1], 4), Math.min(light[2], 4)])
      }
      const offX = (2 * x) / WIDTH - 1
      const offY = (2 * y) / HEIGHT - 1
      const falloff = (1 - 0.13 * (offX * offX + 0.6 * offY * offY)) / (RAYS * RAYS)
      for (let c = 0; c < 3; c++) picture[i + c] = developed(sum[c] * falloff)
    }
  }
  picture = softened(softened(picture, 3), 3 * WIDTH)

  const grains = randomRow(2)
  let grain = new Float64Array(WIDTH * HEIGHT * 3).map((_, i) => (i % 3 ? 0 : normal(grains)))
  grain = softened(softened(grain, 3), 3 * WIDTH)
  const data = new Uint8Array(picture.length)
  for (let i = 0; i < data.length; i += 3) {
    const luma = 0.3 * picture[i] + 0.6 * picture[i + 1] + 0.1 * picture[i + 2]
    // strongest in the middle tones, as on film
    const strength = 2.6 * mix(0.45, 1, 4 * luma * (1 - luma))
    for (let c = 0; c < 3; c++) {
      data[i + c] = Math.floor(clamp(255 * picture[i + c] + strength * grain[i] + 0.7 * normal(grains), 0, 255) + 0.5)
    }
  }
  return { width: WIDTH, height: HEIGHT, channels: 3, bitDepth: 8, data }
}
