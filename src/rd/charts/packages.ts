/** The packages that draw charts. Nothing else needs them: without them a run has its tables, its JSON and its page. */

const PACKAGES = ['@observablehq/plot', 'linkedom']

/** Observable Plot, and an empty document for it to draw in. @throws Error 'ERR_MODULE_NOT_FOUND' where one is not installed */
export async function loadPlot() {
  const Plot = await import('@observablehq/plot')
  const { parseHTML } = await import('linkedom')
  return { Plot, document: parseHTML('<html><body></body></html>').document }
}

/** @returns a sentence that tells what to install before charts can be drawn; nothing if they can */
export async function missingForCharts(): Promise<string | undefined> {
  try {
    await loadPlot()
    return undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    return `no charts were drawn: they need packages that are not installed (npm install ${PACKAGES.join(' ')})`
  }
}
