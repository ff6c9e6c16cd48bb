/** The metrics of tables, charts and JSON: what they are called, in what unit, and which way is better. */

/** What there is to know of a metric to show its values. */
export interface MetricInfo {
  /** What it measures: pictures, or sounds. */
  kind: 'image' | 'audio'
  /** As tables and axes name it. */
  label: string
  /** Empty for scores without one. */
  unit: string
  /** Which values mean less error. */
  better: 'higher' | 'lower'
  /** Decimals that tables show. */
  digits: number
}

const metrics = {
  psnrRgbDb: { kind: 'image', label: 'PSNR-RGB', unit: 'dB', better: 'higher', digits: 2 },
  psnrYDb: { kind: 'image', label: 'PSNR-Y', unit: 'dB', better: 'higher', digits: 2 },
  ssim: { kind: 'image', label: 'SSIM', unit: '', better: 'higher', digits: 4 },
  msSsim: { kind: 'image', label: 'MS-SSIM', unit: '', better: 'higher', digits: 4 },
  ssimulacra2: { kind: 'image', label: 'SSIMULACRA2', unit: '', better: 'higher', digits: 2 },
  butteraugli3Norm: { kind: 'image', label: 'Butteraugli 3-norm', unit: '', better: 'lower', digits: 3 },
  butteraugliMax: { kind: 'image', label: 'Butteraugli max', unit: '', better: 'lower', digits: 3 },
  snrDb: { kind: 'audio', label: 'SNR', unit: 'dB', better: 'higher', digits: 2 },
  segmentalSnrDb: { kind: 'audio', label: 'Segmental SNR', unit: 'dB', better: 'higher', digits: 2 },
  nmrDb: { kind: 'audio', label: 'Noise-to-mask ratio', unit: 'dB', better: 'lower', digits: 2 },
  odgBasic: { kind: 'audio', label: 'PEAQ basic ODG', unit: '', better: 'higher', digits: 3 },
  diBasic: { kind: 'audio', label: 'PEAQ basic DI', unit: '', better: 'higher', digits: 3 },
  odgAdvanced: { kind: 'audio', label: 'PEAQ advanced ODG', unit: '', better: 'higher', digits: 3 },
  diAdvanced: { kind: 'audio', label: 'PEAQ advanced DI', unit: '', better: 'higher', digits: 3 },
  visqol: { kind: 'audio', label: 'ViSQOL MOS-LQO', unit: '', better: 'higher', digits: 3 },
} as const satisfies Record<string, MetricInfo>

/** Name of a metric in options, tables and JSON. */
export type MetricName = keyof typeof metrics

/** Every metric by its name; src/rd/README.md says what each measures. */
export const METRICS: Readonly<Record<MetricName, MetricInfo>> = metrics

/** Names of the metrics of a kind, in the order of tables. */
export const metricNames = (kind: 'image' | 'audio'): MetricName[] =>
  (Object.keys(METRICS) as MetricName[]).filter((name) => METRICS[name].kind === kind)
