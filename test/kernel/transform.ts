export { loadPlanes, storePlanes } from '../../codecs/transform/kernel/colour'
export { forwardDct, inverseDct } from '../../codecs/transform/kernel/dct'
export { forwardDst, inverseDst } from '../../codecs/transform/kernel/dst'
export { forwardWavelet, inverseWavelet } from '../../codecs/transform/kernel/wavelet'
