/**
 * Names of the platform that the types of this library use. Who compiles without lib `dom` may lack them: here they are as far as they are
 * needed; elsewhere these add nothing to what is declared.
 */
declare global {
  interface AbortSignal {}
  // biome-ignore lint/suspicious/noExplicitAny: all declarations of a name have the same parameters
  interface ReadableStream<R = any> {}
  // biome-ignore lint/suspicious/noExplicitAny: as above
  interface WritableStream<W = any> {}
  namespace WebAssembly {
    interface Module {}
    interface Memory {}
  }
}

export {}
