/** laq/rd: rate-distortion sweeps in Node, and what is made of them. */
export { bdRate, type RatePoint } from './metrics/bdrate.js'
export { METRICS, type MetricInfo, type MetricName, metricNames } from './rd/metricnames.js'
export type { AudioPeer, Coded, Coder, Decoded, ImagePeer, Options, Peer } from './rd/peers/peer.js'
export { readPoints, readRun } from './rd/results.js'
export type { OperatingPoint, Run, RunCodec, RunItem } from './rd/run.js'
export { type Failure, type Plan, planSweep, type SweepEvent, type SweepOptions, sweep } from './rd/sweep.js'
