/** The test kernel: every stage of the codec on its own. Built by codecs/wasm/build.mjs from test/kernel/stages.ts. */
import { fromBase64, instantiate, type KernelExports } from '../codecs/wasm/loader.js'
import stages from './built/stages.js'

export interface StageExports extends KernelExports {
  squashOf(x: number): number
  stretchOf(p: number): number
  costOf(p: number): number
  mdctOnce(lines: number, input: number, left: number, right: number, out: number, inverse: number): void
  codeElements(kinds: number, values: number, count: number, bytes: number, length: number): number
  loadPlanes(
    samples: number,
    width: number,
    height: number,
    channels: number,
    bitDepth: number,
    planes: number,
    planeBytes: number,
    paddedWidth: number,
    paddedHeight: number,
  ): void
  storePlanes(
    planes: number,
    planeBytes: number,
    paddedWidth: number,
    width: number,
    height: number,
    channels: number,
    bitDepth: number,
    out: number,
  ): void
  forwardWavelet(plane: number, stride: number, width: number, height: number, levels: number, reversible: boolean): void
  inverseWavelet(plane: number, stride: number, width: number, height: number, levels: number, reversible: boolean): void
  forwardBlock(type: number, source: number, sourceStride: number, log2Width: number, log2Height: number, out: number): void
  inverseBlock(
    type: number,
    coefficients: number,
    log2Width: number,
    log2Height: number,
    out: number,
    outStride: number,
    nonzeroWidth: number,
    nonzeroHeight: number,
  ): void
  nextStateOf(state: number, level: number): number
  stepsOfLevel(state: number, level: number): number
  predictOnce(
    width: number,
    height: number,
    samples: number,
    decoded: number,
    x: number,
    y: number,
    log2Width: number,
    log2Height: number,
    mode: number,
    out: number,
  ): void
  codeTree(
    priors: number,
    width: number,
    height: number,
    subsampled: number,
    wanted: number,
    out: number,
    bytes: number,
    length: number,
  ): number
  codedBlocks(): number
  codeBlocks(priors: number, count: number, places: number, levels: number, bytes: number, length: number): number
  drift(width: number, height: number, parameters: number, priors: number, samples: number, settings: number): number
  quantizeOnce(
    coefficients: number,
    inverseWeights: number,
    levels: number,
    steps: number,
    planeClass: number,
    log2Width: number,
    log2Height: number,
    step: number,
    lambda: number,
  ): number
  quantizedCost(): number
  halve(plane: number, width: number, height: number): void
  double(plane: number, width: number, height: number): void
  forwardDct(source: number, sourceStride: number, log2Width: number, log2Height: number, out: number): void
  inverseDct(
    coefficients: number,
    log2Width: number,
    log2Height: number,
    out: number,
    outStride: number,
    nonzeroWidth: number,
    nonzeroHeight: number,
  ): void
}

export const kernel = instantiate<StageExports>(new WebAssembly.Module(fromBase64(stages)))
