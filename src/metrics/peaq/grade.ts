/** From model output variables to the grade: two small neural networks (ITU-R BS.1387-1, 6), with their published weights. */

interface Network {
  /** Range of each variable. */
  least: number[]
  most: number[]
  /** Per variable, to each hidden node; then the nodes' own, and their weights for the result. */
  weights: number[][]
  bias: number[]
  output: number[]
  outputBias: number
}

/** Tables 15 to 18; the variables in the order of {@link BASIC}. */
const BASIC_NETWORK: Network = {
  least: [393.916656, 361.965332, -24.045116, 1.110661, -0.206623, 0.074318, 1.113683, 0.950345, 0.029985, 0.000101, 0],
  most: [921, 881.131226, 16.21203, 107.137772, 2.886017, 13.933351, 63.257874, 1145.018555, 14.81974, 1, 1],
  weights: [
    [-0.502657, 0.436333, 1.219602],
    [4.307481, 3.246017, 1.123743],
    [4.984241, -2.211189, -0.192096],
    [0.051056, -1.762424, 4.331315],
    [2.32158, 1.789971, -0.75456],
    [-5.303901, -3.452257, -10.814982],
    [2.730991, -6.111805, 1.519223],
    [0.62495, -1.331523, -5.955151],
    [3.102889, 0.87126, -5.922878],
    [-1.051468, -0.939882, -0.142913],
    [-1.804679, -0.50361, -0.620456],
  ],
  bias: [-2.518254, 0.654841, -2.207228],
  output: [-3.817048, 4.107138, 4.629582],
  outputBias: -0.307594,
}

/** Tables 19 to 22; the variables in the order of {@link ADVANCED}. */
const ADVANCED_NETWORK: Network = {
  least: [13.298751, 0.041073, -25.018791, 0.06156, 0.02452],
  most: [2166.5, 13.24326, 13.46708, 10.226771, 14.224874],
  weights: [
    [21.211773, -39.013052, -1.382553, -14.545348, -0.320899],
    [-8.981803, 19.956049, 0.935389, -1.686586, -3.238586],
    [1.63383, -2.877505, -7.442935, 5.606502, -1.78312],
    [6.103821, 19.587435, -0.240284, 1.088213, -0.511314],
    [11.556344, 3.892028, 9.720441, -3.287205, -11.03125],
  ],
  bias: [1.33089, 2.686103, 2.096598, -1.327851, 3.087055],
  output: [-4.696996, -3.289959, 7.004782, 6.651897, 4.009144],
  outputBias: -1.360308,
}

/** Model output variables of each version, by their names in the standard. */
export const BASIC = [
  'BandwidthRefB',
  'BandwidthTestB',
  'TotalNMRB',
  'WinModDiff1B',
  'ADBB',
  'EHSB',
  'AvgModDiff1B',
  'AvgModDiff2B',
  'RmsNoiseLoudB',
  'MFPDB',
  'RelDistFramesB',
] as const
export const ADVANCED = ['RmsModDiffA', 'RmsNoiseLoudAsymA', 'SegmentalNMRB', 'EHSB', 'AvgLinDistA'] as const

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

/** Distortion index: larger is better, without an end on either side. */
export function distortionIndex(model: 'basic' | 'advanced', variables: readonly number[]): number {
  const { least, most, weights, bias, output, outputBias } = model === 'basic' ? BASIC_NETWORK : ADVANCED_NETWORK
  const scaled = variables.map((value, i) => (value - least[i]) / (most[i] - least[i]))
  return output.reduce(
    (sum, weight, j) => sum + weight * sigmoid(scaled.reduce((x, value, i) => x + weights[i][j] * value, bias[j])),
    outputBias,
  )
}

/** Objective difference grade, from 0.22 (no difference) to -3.98 (very annoying). */
export const difference = (index: number): number => -3.98 + 4.2 * sigmoid(index)
