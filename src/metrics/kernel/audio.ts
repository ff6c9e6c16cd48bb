export { allocate, mark, release } from '../../../codecs/wasm/kernel/arena'
