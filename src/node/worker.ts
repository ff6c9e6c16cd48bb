/** A thread of the pool: takes one task at a time and sends back its result, or the error as plain facts. */
import { parentPort } from 'node:worker_threads'
import { answerTo } from '../threads/answer.js'
import type { Message } from '../threads/order.js'
import { buffersOf } from '../threads/transfer.js'

let stopper = new AbortController()

parentPort?.on('message', async (message: Message) => {
  // a task lets messages come in between its steps
  if (message === 'stop') return stopper.abort()
  stopper = new AbortController()
  const answer = await answerTo(message, { signal: stopper.signal })
  parentPort?.postMessage(answer, buffersOf(answer))
})
