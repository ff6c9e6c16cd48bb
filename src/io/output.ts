/**
 * Output files that are whole or absent: bytes go to a temporary file beside the final name, which takes them only when all
 * are written. Without `force` the final name is claimed by a hard link, which fails if somebody made that file meanwhile.
 */
import { randomUUID } from 'node:crypto'
import { constants, unlinkSync } from 'node:fs'
import { access, type FileHandle, link, open, realpath, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Temporary files of this process, for {@link removeUnfinished}. */
const unfinished = new Set<string>()

/** Deletes the temporary files of writes under way: for a program that is about to be ended by a signal. */
export function removeUnfinished(): void {
  for (const path of unfinished) {
    try {
      unlinkSync(path)
    } catch {
      // gone already, or it never came to be
    }
  }
  unfinished.clear()
}

function fileError(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(message), { code })
}

/** @throws Error 'EEXIST' if there is such a file, 'ENOENT' or 'ENOTDIR' if there is no such folder: worth knowing before the work */
export async function checkOutput(path: string, force: boolean): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) throw fileError('EISDIR', 'is a folder')
  if (found?.isFile() && !force) throw fileError('EEXIST', 'exists; -f replaces it')
  if (!found) await access(dirname(path), constants.W_OK)
}

/**
 * Writes a file whole or not at all; into a pipe or device, as it comes.
 *
 * @param content its bytes, or what writes them; the latter is told whether it can write at any place of the file
 * @param options.force replace a file of that name (through a symbolic link, its target)
 * @throws Error 'EEXIST' without `force`, or what the file system says; then no file is left
 */
export async function writeWhole(
  path: string,
  content: Uint8Array | ((file: FileHandle, isSeekable: boolean) => Promise<void>),
  options: { force?: boolean } = {},
): Promise<void> {
  const { force = false } = options
  await checkOutput(path, force)
  const existing = await stat(path).catch(() => undefined)
  const handed = existing && !existing.isFile()
  const target = existing && !handed ? await realpath(path) : path
  // the name says nothing of the final one, which may be as long as names can be
  const temporary = handed ? path : join(dirname(target), `.laq-${randomUUID()}.part`)
  if (!handed) unfinished.add(temporary)
  try {
    const file = await open(temporary, handed ? 'w' : 'wx', existing && !handed ? existing.mode & 0o777 : 0o666)
    try {
      if (content instanceof Uint8Array) await file.writeFile(content)
      else await content(file, !handed)
    } finally {
      await file.close()
    }
    if (handed) return
    if (force) await rename(temporary, target)
    else await claim(temporary, target)
  } finally {
    if (!handed) {
      // after a rename there is nothing to delete
      await unlink(temporary).catch(() => undefined)
      unfinished.delete(temporary)
    }
  }
}

/** Gives the finished file its name if nobody has it. */
async function claim(temporary: string, target: string): Promise<void> {
  try {
    await link(temporary, target)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw fileError('EEXIST', 'exists; -f replaces it')
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EMLINK') throw error
    // a file system without hard links: look, then rename
    await checkOutput(target, false)
    await rename(temporary, target)
  }
}
