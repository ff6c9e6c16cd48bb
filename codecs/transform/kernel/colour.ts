/** Colour conversion straight from the definition; a fast integer version replaces it. */
export function loadPlanes(samples: usize, width: i32, height: i32, channels: i32, bitDepth: i32, planes: usize, planeBytes: i32, pw: i32, ph: i32): void {
  for (let y = 0; y < ph; y++) for (let x = 0; x < pw; x++) {
    const at = (min(y, height-1)*width + min(x, width-1))*channels
    const o = planes + <usize>((y*pw+x)*4)
    const b = (bitDepth > 8) ? 2 : 1
    const sh: f64 = Math.pow(2, <f64>(14-bitDepth))
    let v0: f64=0, v1: f64=0, v2: f64=0, v3: f64=0
    const half: f64 = Math.pow(2, <f64>(bitDepth-1))
    if (b==1) { v0 = load<u8>(samples+<usize>at); if (channels>1) v1 = load<u8>(samples+<usize>at,1); if (channels>2) v2 = load<u8>(samples+<usize>at,2); if (channels>3) v3=load<u8>(samples+<usize>at,3) }
    else { v0 = load<u16>(samples+<usize>at*2); if (channels>1) v1 = load<u16>(samples+<usize>at*2,2); if (channels>2) v2 = load<u16>(samples+<usize>at*2,4); if (channels>3) v3=load<u16>(samples+<usize>at*2,6) }
    const pb = <usize>planeBytes
    if (channels < 3) { store<i32>(o, min(8191, <i32>nearest((v0-half)*sh))); if (channels==2) store<i32>(o+pb, min(8191, <i32>nearest((v1-half)*sh))) }
    else { const Y = 0.299*v0+0.587*v1+0.114*v2; store<i32>(o, min(8191, <i32>nearest((Y-half)*sh))); store<i32>(o+pb, <i32>nearest((v2-Y)/1.772*sh)); store<i32>(o+2*pb, <i32>nearest((v0-Y)/1.402*sh)); if (channels==4) store<i32>(o+3*pb, min(8191, <i32>nearest((v3-half)*sh))) }
  } }
export function storePlanes(planes: usize, planeBytes: i32, pw: i32, width: i32, height: i32, channels: i32, bitDepth: i32, out: usize): void {
  const half: f64 = Math.pow(2, <f64>(bitDepth-1)), sh: f64 = Math.pow(2, <f64>(bitDepth-14)), top: f64 = half*2-1
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) for (let c = 0; c < channels; c++) {
    const o = planes + <usize>((y*pw+x)*4), pb = <usize>planeBytes
    const Y = <f64>load<i32>(o)*sh+half
    let v: f64 = 0
    if (channels < 3) v = c==0 ? Y : <f64>load<i32>(o+pb)*sh+half
    else { const cb = <f64>load<i32>(o+pb)*sh, cr = <f64>load<i32>(o+2*pb)*sh
      v = c==0 ? Y+1.402*cr : c==1 ? Y-0.344136*cb-0.714136*cr : c==2 ? Y+1.772*cb : <f64>load<i32>(o+3*pb)*sh+half }
    v = max(0.0, min(top, nearest(v)))
    const i = (y*width+x)*channels+c
    if (bitDepth > 8) store<u16>(out+<usize>(i*2), <u16>v); else store<u8>(out+<usize>i, <u8>v)
  } }
