/** Errors as one line for people, and as exit codes for programs. */
import { UsageError } from './arguments.js'
import { plain, plainLines } from './terminal.js'

export const EXIT = { ok: 0, failed: 1, usage: 2, hungUp: 129, interrupted: 130, terminated: 143 } as const

/** An error on a file, named in its line. */
export class FileError extends Error {
  constructor(
    readonly file: string,
    cause: unknown,
  ) {
    super(reason(cause), { cause })
    this.name = 'FileError'
  }
}

/** Words for what the file system says; its own name the call and repeat the path. */
const FILE_SYSTEM: Record<string, string> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EISDIR: 'is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ENOSPC: 'no space left',
  EDQUOT: 'no space left of what the user may take',
  EFBIG: 'is larger than files may be',
  EROFS: 'the file system is read-only',
  ENAMETOOLONG: 'its name is too long',
  EMFILE: 'too many open files',
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, syscall } = error as NodeJS.ErrnoException
  const message = (syscall && code && FILE_SYSTEM[code]) || error.message || error.name
  return message.trim().replaceAll(/\s*\n\s*/g, '; ')
}

/** `laq: file: reason`, with the stack below it if asked for (of anything but a wrong command line). */
export function errorLine(error: unknown, verbose: boolean): string {
  const line = plain(error instanceof FileError ? `laq: ${error.file}: ${error.message}` : `laq: ${reason(error)}`)
  const cause = error instanceof FileError ? error.cause : error
  return verbose && cause instanceof Error && !(error instanceof UsageError) ? `${line}\n${plainLines(cause.stack ?? '')}` : line
}
