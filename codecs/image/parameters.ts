/** An image's header as the kernels of its tiles take it. */
import { type Kernel, place } from '../wasm/loader.js'
import type { ImageHeader } from './header.js'
import { TileParameter } from './kernel/parameters.js'

/** Puts the header into the kernel's memory, as a row of {@link TileParameter}; returns its address. */
export function tileParameters(kernel: Kernel, header: ImageHeader): number {
  const row = new Int32Array(TileParameter.Count)
  row[TileParameter.Channels] = header.channels
  row[TileParameter.BitDepth] = header.bitDepth
  row[TileParameter.HasStepField] = header.hasStepField ? 1 : 0
  row[TileParameter.Step] = header.step
  row[TileParameter.ChromaStep] = header.chromaStep
  row[TileParameter.LumaWeighting] = header.weighting[0]
  row[TileParameter.ChromaWeighting] = header.weighting[1]
  row[TileParameter.Reconstruction1] = header.reconstruction[0]
  row[TileParameter.Reconstruction2] = header.reconstruction[1]
  row[TileParameter.Subsampled] = header.chroma === '4:2:0' ? 1 : 0
  row[TileParameter.ChromaBalance] = header.chromaBalance
  return place(kernel, row)
}
