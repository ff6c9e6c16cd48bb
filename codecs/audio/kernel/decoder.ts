export { allocate, mark, release } from '../../wasm/kernel/arena'
