/** Loaded before a program (`node --import`): the packages that draw charts are not found, as where they are not installed. */
import { register } from 'node:module'

const hook = `export async function resolve(name, context, next) {
  if (name === '@observablehq/plot' || name === 'linkedom') {
    throw Object.assign(new Error('Cannot find package ' + name), { code: 'ERR_MODULE_NOT_FOUND' })
  }
  return next(name, context)
}`
register(`data:text/javascript,${encodeURIComponent(hook)}`)
