/** Kernel of SSIM, MS-SSIM and SSIMULACRA2. */
export { allocate, mark, release } from '../../../codecs/wasm/kernel/arena'
export { halve } from './imagehalve'
export { compareSsim } from './ssim'
export { compareRows, startStructure } from './ssimulacra2'
export { toXyb } from './xyb'
