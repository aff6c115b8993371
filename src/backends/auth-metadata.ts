// Which metadata of whoever logs in comes along with tokens: `iam_metadata` and its kin (`sdk/helper/authmetadata`).
import { goQuote } from '../go/values.js'
import { invalid } from '../refusal/index.js'

export interface AuthMetadata {
  readonly usual: readonly string[]
  /** what can be had besides */
  readonly further: readonly string[]
}

/**
 * The names that were asked for; `default` stands for the usual ones.
 *
 * @param prefix what the refusal begins with
 * @throws VaultError `"…" contains an unavailable field, please select from […]`
 */
export function checkedMetadata (
  given: readonly string[], { usual, further }: AuthMetadata, prefix = ''
): readonly string[] {
  const names = [...new Set(given.map((name) => name.trim().toLowerCase()))].filter((name) => name !== '').sort()
  if (names.join() === 'default') return usual
  if (names.join() === [...usual].sort().join()) return given
  if (names.includes('default')) {
    const wrong = `${quotedList(names)} contains default`
    throw invalid(`${prefix}${wrong} - default can't be used in combination with other fields`)
  }
  const all = [...usual, ...further]
  if (names.some((name) => !all.includes(name))) {
    const wrong = `${goQuote(names.join(', '))} contains an unavailable field`
    throw invalid(`${prefix}${wrong}, please select from ${goQuote(all.join(', '))}`)
  }
  return names
}

function quotedList (names: readonly string[]): string {
  return `[${names.map(goQuote).join(' ')}]`
}
