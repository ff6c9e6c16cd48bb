/** Room on the arena for models that have seen nothing. */
import { allocate } from '../../wasm/kernel/arena'
import { APM_BYTES, resetApms, resetStates, resetWeights, STATE_BYTES, WEIGHT_SET_BYTES } from './model'

export function freshStates(count: i32): usize {
  const states = allocate(<usize>count * STATE_BYTES)
  resetStates(states, count)
  return states
}

/** Every input counts `weight` / 65536. */
export function freshWeights(count: i32, weight: i32): usize {
  const weights = allocate(<usize>count * WEIGHT_SET_BYTES)
  resetWeights(weights, count, weight)
  return weights
}

export function freshApms(count: i32): usize {
  const apms = allocate(<usize>count * APM_BYTES)
  resetApms(apms, count)
  return apms
}
