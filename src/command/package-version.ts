// The version of this package.
import { readFileSync } from 'node:fs'

/** The command lies in `dist/command`, as source in `src/command`, and in either case two folders below the package. */
export function packageVersion (): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  return version
}
