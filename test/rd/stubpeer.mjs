/**
 * A codec for tests of sweeps: quick, and with faults on request. Its file is as long as its setting says, and its picture off
 * by as much. The environment's STUB_DELAY_MS makes it slow; settings of 666 end its process, of 667 fail.
 */
const wait = () => new Promise((resolve) => setTimeout(resolve, Number(process.env.STUB_DELAY_MS ?? 0) * Math.random()))
const spent = { cpuSeconds: 0.001, wallSeconds: 0.002 }

export default {
  kind: 'image',
  name: 'stub',
  setting: 'steps',
  settings: [1, 2, 4, 8],
  suffix: 'stub',
  open: async (options) => {
    for (const name of Object.keys(options)) if (name !== 'scale') throw new RangeError(`stub has no option ${name}`)
    const scale = Number(options.scale ?? 1)
    return {
      label: `Stub, scale ${scale}`,
      encode: async (_, setting) => {
        await wait()
        if (setting === 666) process.exit(3)
        if (setting === 667) throw new Error('stub fails')
        return { bytes: new Uint8Array(Math.round((1000 * scale) / setting)).fill(setting), ...spent }
      },
      decode: async (bytes, original) => ({
        media: { ...original, data: original.data.map((value, i) => Math.max(0, value - (i % (bytes[0] + 1)))) },
        ...spent,
      }),
    }
  },
}
