/** The stages of the codec one by one, for tests: a kernel that ships to nobody. */
export { allocate, mark, release } from '../../codecs/wasm/kernel/arena'
export * from './blocks'
export * from './entropy'
export * from './mdct'
export * from './tiles'
export * from './transform'
