export async function visqol(_a: unknown, _b: unknown): Promise<number | undefined> {
  return undefined
}
