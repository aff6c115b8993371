// What goes wrong with files, in the words of Go.

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EISDIR: 'is a directory',
  ENOTDIR: 'not a directory',
  EROFS: 'read-only file system'
}

/** `open FILE: no such file or directory` */
export function goFileError (error: unknown, path: string): Error {
  const { code = '', message, syscall = 'open' } = error as NodeJS.ErrnoException
  const reason = REASONS[code]
  return reason === undefined ? new Error(message) : new Error(`${syscall} ${path}: ${reason}`)
}
