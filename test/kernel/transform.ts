export { loadPlanes, storePlanes } from '../../codecs/transform/kernel/colour'
export { forwardDct, inverseDct } from '../../codecs/transform/kernel/dct'
export { forwardWavelet, inverseWavelet } from '../../codecs/transform/kernel/wavelet'
