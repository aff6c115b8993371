// Lists of policy names, tidied and compared as Vault does.
import { goQuote } from '../../go/values.js'

/** Lower case, sorted, no duplicates; `root` swallows the rest, `default` is added if asked for. */
export function tidyPolicies (names: readonly string[], addDefault: boolean): string[] {
  const tidied = new Set(names.map((name) => name.trim().toLowerCase()).filter((name) => name !== ''))
  if (tidied.has('root')) return ['root']
  if (addDefault) tidied.add('default')
  return [...tidied].sort()
}

/** Whether a name fits one of some globs: `*` stands for any text. */
export function fitsGlob (globs: readonly string[], name: string): boolean {
  return globs.some((glob) => globExpression(glob).test(name))
}

/** A list as Go's `%q` prints it: `["app" "default"]`. */
export function quoteList (names: readonly string[]): string {
  return `[${names.map(goQuote).join(' ')}]`
}

function globExpression (glob: string): RegExp {
  return new RegExp(`^${glob.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`, 's')
}
