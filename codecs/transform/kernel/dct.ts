/** Forward and inverse DCT straight from the definition; a fast integer version replaces it. */
const m: usize = memory.data(4*64*64*5, 16)
const tmp: usize = memory.data(8*64*64, 16)
let ready = false
function init(): void { if (ready) return; ready = true
  for (let l = 2; l <= 6; l++) { const n = 1 << l
    for (let k = 0; k < n; k++) for (let i = 0; i < n; i++) store<f32>(m + <usize>((l-2)*16384 + (k*n+i)*4), <f32>(Math.cos(Math.PI*(<f64>i+0.5)*<f64>k/<f64>n)*Math.sqrt((k?2.0:1.0)/<f64>n))) } }
export function forwardDct(source: usize, stride: i32, lw: i32, lh: i32, out: usize): void { init()
  const n = 1 << lw, k = min(n, 32), t = m + <usize>((lw-2)*16384)
  for (let y = 0; y < n; y++) for (let u = 0; u < k; u++) { let s: f32 = 0; for (let x = 0; x < n; x++) s += <f32>load<i32>(source + <usize>((y*stride+x)*4)) * load<f32>(t + <usize>((u*n+x)*4)); store<f32>(tmp + <usize>((y*k+u)*4), s) }
  for (let u = 0; u < k; u++) for (let v = 0; v < k; v++) { let s: f32 = 0; for (let y = 0; y < n; y++) s += load<f32>(tmp + <usize>((y*k+u)*4)) * load<f32>(t + <usize>((v*n+y)*4)); store<i32>(out + <usize>((v*k+u)*4), <i32>nearest<f32>(s)) } }
export function inverseDct(c: usize, lw: i32, lh: i32, out: usize, stride: i32, nzw: i32, nzh: i32): void { init()
  const n = 1 << lw, k = min(n, 32), t = m + <usize>((lw-2)*16384)
  for (let v = 0; v < nzh; v++) for (let x = 0; x < n; x++) { let s: f32 = 0; for (let u = 0; u < nzw; u++) s += <f32>load<i32>(c + <usize>((v*k+u)*4)) * load<f32>(t + <usize>((u*n+x)*4)); store<f32>(tmp + <usize>((v*n+x)*4), s) }
  for (let y = 0; y < n; y++) for (let x = 0; x < n; x++) { let s: f32 = 0; for (let v = 0; v < nzh; v++) s += load<f32>(tmp + <usize>((v*n+x)*4)) * load<f32>(t + <usize>((v*n+y)*4)); store<i32>(out + <usize>((y*stride+x)*4), <i32>nearest<f32>(s)) } }
