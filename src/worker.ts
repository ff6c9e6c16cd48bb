/** laq/worker: the program of a pool's threads. It is imported, or given to `createPool` of laq/node as its `workerUrl`. */
import './calls/platform.js'
import './node/worker.js'
