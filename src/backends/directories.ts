// How engines reach directories over LDAP, in the words of Vault where nobody answers.
import type { Cluster } from '../cluster/cluster.js'
import { dialError, type Met } from '../cluster/outside.js'
import { multiError } from '../go/multierror.js'
import { GoError, goQuote } from '../go/values.js'
import type { Profile } from '../profiles/index.js'

/** How a client of directories says why it cannot connect. */
export type DirectoryWords = Pick<Profile['ldapLogin'], 'beforeEach' | 'dialText' | 'schemeText'>

export interface DirectoryQuestion {
  /** one, or several with commas */
  readonly url: string
  /** in words, for whoever looks; no secrets */
  readonly asked: string
  /** what is run there; secrets stand as `{{password}}` */
  readonly statements?: readonly string[]
  /** in place of those of the secrets engines */
  readonly words?: DirectoryWords
}

/** Who answered, and what is there. */
export interface DirectoryAnswer {
  readonly address: string
  readonly met: Met<'ldap'>
}

/**
 * The first server that answers; where none does, what each of them said.
 *
 * @throws {GoError} `1 error occurred:\n\t* error connecting to host "ldap://…": …\n\n`
 */
export async function askDirectory (
  { outside, profile }: Pick<Cluster, 'outside' | 'profile'>,
  { url, words = usualWords(profile), ...question }: DirectoryQuestion
): Promise<DirectoryAnswer> {
  const refusals: string[] = []
  for (const address of url.split(',').map((each) => each.trim())) {
    const place = placeIn(address, words)
    if (typeof place === 'string') {
      refusals.push(words.beforeEach + place)
      continue
    }
    const met = await outside.ask({ system: 'ldap', address, ...question })
    if (met.reach !== 'nothing') return { address, met }
    const dialed = words.dialText(dialError(place.host, place.port, met.reason))
    refusals.push(`${words.beforeEach}error connecting to host ${goQuote(address)}: ${dialed}`)
  }
  throw new GoError(multiError(refusals))
}

function usualWords ({ ldapDialText: dialText }: Profile): DirectoryWords {
  return { beforeEach: '', dialText, schemeText: (_url, place) => goQuote(place) }
}

/** Where a URL leads, or why it leads nowhere. */
function placeIn (
  url: string, { schemeText }: DirectoryWords
): { readonly host: string, readonly port: string } | string {
  const [, scheme = '', authority = ''] = /^([\w+.-]+):\/\/([^/?]*)/.exec(url) ?? []
  const [, host = '', port = ''] = /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(authority) ?? []
  if (scheme !== 'ldap' && scheme !== 'ldaps') {
    return `invalid LDAP scheme in url ${schemeText(url, port === '' ? host : `${host}:${port}`)}`
  }
  return { host, port: port === '' ? (scheme === 'ldaps' ? '636' : '389') : port }
}
