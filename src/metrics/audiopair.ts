import type { MetricName } from '../rd/metricnames.js'
import { snr } from './snr.js'
export async function audioMetrics(
  a: { channels: Float32Array[] },
  b: { channels: Float32Array[] },
  names: readonly MetricName[],
): Promise<{ values: Partial<Record<MetricName, number>>; lagSamples: number }> {
  return { values: names.includes('snrDb') ? { snrDb: snr(a.channels, b.channels) } : {}, lagSamples: 0 }
}
