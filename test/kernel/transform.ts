export { forwardDct, inverseDct } from '../../codecs/transform/kernel/dct'
