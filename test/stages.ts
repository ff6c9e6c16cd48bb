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
  forwardDst(source: number, sourceStride: number, log2Width: number, log2Height: number, out: number): void
  inverseDst(coefficients: number, log2Width: number, log2Height: number, out: number, outStride: number): void
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
