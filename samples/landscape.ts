/** What lies behind the still life, by direction of view: sky with clouds, hills in haze, a meadow, a hedge of leaves. */
import { clamp, cosTurns, hash, noise, ramp, sinTurns, turbulence } from './arithmetic.js'
import { blend, scale, type Vector } from './vector.js'

const ZENITH: Vector = [0.1, 0.25, 0.66]
const HORIZON: Vector = [0.72, 0.82, 0.94]
const HAZE: Vector = [0.5, 0.64, 0.84]
const CLOUD: Vector = [1.02, 1.0, 0.98]

/** Sky without clouds, for light and reflections. @param up sine of the height above the horizon */
export function clearSky(up: number): Vector {
  return blend(HORIZON, ZENITH, ramp(-0.05, 0.75, up))
}

function sky(across: number, up: number): Vector {
  const clear = blend(HORIZON, ZENITH, ramp(-0.02, 0.36, up))
  const far = 1 / (Math.max(0, up) + 0.16)
  const cover = turbulence(across * far * 1.1 + 4.2, far * 2.1, 6, 40, 0.55)
  const thick = ramp(0.02, 0.5, cover)
  const light = 0.86 + 0.14 * ramp(-0.2, 0.4, turbulence(across * far * 1.1 + 4.4, far * 2.1 - 0.2, 4, 40, 0.55) - cover)
  return blend(clear, scale(CLOUD, light), 0.9 * thick)
}

/** Ridges from far to near: height of the crest, its unevenness, and how much of the colour is haze. */
const RIDGES = [
  { base: 0.085, swing: 0.07, rough: 1.6, haze: 0.76, colour: [0.12, 0.2, 0.17] as Vector, trees: 90 },
  { base: 0.035, swing: 0.06, rough: 2.6, haze: 0.45, colour: [0.11, 0.19, 0.09] as Vector, trees: 60 },
  { base: -0.01, swing: 0.04, rough: 4.1, haze: 0.16, colour: [0.1, 0.19, 0.05] as Vector, trees: 34 },
]

/** Layers of leaves from the front to the back, and the size of their cells. */
const LAYERS = 8
const LEAF = 0.021

/**
 * Light that comes from a direction.
 *
 * @param across x / z of the direction, z being the way the camera looks
 * @param up y / z
 */
export function landscape(across: number, up: number): Vector {
  const crown = -0.05 + 0.04 * turbulence(across * 3.4 + 9.1, 0.5, 4, 77) + 0.16 * ramp(0.1, 0.75, Math.abs(across + 0.1))
  if (up < crown + 2 * LEAF) {
    const leaf = foliage(across, up, crown)
    if (leaf) return leaf
  }
  for (let i = RIDGES.length - 1; i >= 0; i--) {
    const { base, swing, rough, haze, colour, trees } = RIDGES[i]
    const crest =
      base + swing * turbulence(across * rough + i * 17.3, 2.5, 4, 55 + i) + 0.0035 * noise(across * trees * 2.2, i, 90 + i) * (1.3 - haze)
    if (up > crest) continue
    const woods = turbulence(across * trees, (up * trees) / 0.55, 4, 60 + i, 0.7)
    const field = ramp(0.12, 0.3, turbulence(across * 5 + i, up * 26, 2, 70 + i))
    const lit = scale(colour, 1.1 + 1.5 * woods)
    const grown = blend(lit, [0.4 + 0.06 * woods, 0.38, 0.1], 0.75 * field)
    return blend(grown, HAZE, haze * (1 - 0.25 * clamp((crest - up) * 12)))
  }
  return sky(across, up)
}

/** The hedge in front of the hills; undefined where one sees between its leaves. */
function foliage(across: number, up: number, crown: number): Vector | undefined {
  for (let layer = 0; layer < LAYERS; layer++) {
    const size = LEAF * (1.25 - 0.07 * layer)
    const x = across / size + layer * 5.37
    const y = up / size + layer * 3.71
    const column = Math.floor(x)
    const row = Math.floor(y)
    for (let j = row - 1; j <= row + 1; j++) {
      for (let i = column - 1; i <= column + 1; i++) {
        const seed = 100 + layer
        const dx = x - i - hash(i, j, seed)
        const dy = y - j - hash(i, j, seed + 50)
        if (dx * dx + dy * dy > 1) continue
        // leaves are rarer towards the crown
        const below = crown - (j + 0.5 - layer * 3.71) * size
        const chance = 0.8 * ramp(-1.6 * size, 3.5 * size, below)
        if (hash(i, j, seed + 150) > chance) continue
        const turn = hash(i, j, seed + 200) * 0.5
        const [c, s] = [cosTurns(turn), sinTurns(turn)]
        const along = c * dx + s * dy
        const aside = c * dy - s * dx
        const length = 0.6 + 0.35 * hash(i, j, seed + 250)
        const width = 0.36 * (1 - (along / length) * (along / length))
        if (along * along > length * length || Math.abs(aside) > width) continue
        const tone = hash(i, j, seed + 300)
        const facing = clamp(0.55 + 0.7 * (tone - 0.5) + (0.45 * aside) / 0.36)
        const vein = 0.16 * ramp(0.06, 0, Math.abs(aside))
        const depth = 1 - layer / (LAYERS + 1)
        const shade = (0.16 + 0.84 * depth * depth) * (0.28 + 0.9 * facing + vein) * (0.65 + 0.35 * ramp(0.2, -0.02, below))
        const hue = hash(i, j, seed + 350)
        return [shade * (0.17 + 0.2 * hue * tone), shade * (0.36 + 0.1 * tone), shade * (0.05 + 0.05 * hue)]
      }
    }
  }
  // between leaves, low down: the dark inside of the hedge
  const inside = ramp(0, 0.07, crown - up)
  return inside > 0.5 + 0.5 * noise(across * 60, up * 60, 31) ? [0.012, 0.022, 0.008] : undefined
}
