// The address that carries a key to an authenticator: `otpauth://totp/Acme:ann?secret=…`.
import { GoError } from '../../go/values.js'
import { atoi } from '../../go/strconv.js'
import { escapeGoPath, escapeGoPathSegment, escapeGoQuery, parseGoUrl } from '../../go/urls.js'
import type { Profile } from '../../profiles/index.js'
import { invalid } from '../../refusal/index.js'
import type { TotpKey } from './stored-keys.js'

/** What an address says of a key; what it leaves out is missing. */
export interface UrlParameters {
  readonly key: string
  readonly account_name: string
  readonly issuer?: string
  readonly period?: number
  readonly digits?: number
  readonly algorithm?: string
}

/** @see recorded: `generate` */
export function keyUrl (key: TotpKey, { totpBlank }: Profile): string {
  const escapeValue = totpBlank === '+' ? escapeGoQuery : escapeGoPathSegment
  const query = [
    ['algorithm', key.algorithm],
    ['digits', String(key.digits)],
    ['issuer', key.issuer],
    ['period', String(key.periodSeconds)],
    ['secret', key.secret]
  ].map(([name = '', value = '']) => `${name}=${escapeValue(value)}`)
  return `otpauth://totp${escapeGoPath(`/${key.issuer}:${key.accountName}`)}?${query.join('&')}`
}

/** @throws VaultError `an error occurred while parsing url string`, or the same of a number in it */
export function readKeyUrl (text: string): UrlParameters {
  const url = parseGoUrl(text)
  if (url === undefined) throw invalid('an error occurred while parsing url string')
  const [issuer, accountName] = labelOf(url.path.replace(/^\//, ''))
  const given = url.query.get('issuer') || issuer
  const period = numberIn(url.query, 'period')
  const digits = numberIn(url.query, 'digits')
  const algorithm = url.query.get('algorithm') || undefined
  return {
    key: url.query.get('secret') ?? '',
    account_name: accountName,
    ...(given === undefined ? {} : { issuer: given }),
    ...(period === undefined ? {} : { period }),
    ...(digits === undefined ? {} : { digits }),
    ...(algorithm === undefined ? {} : { algorithm })
  }
}

function labelOf (label: string): readonly [issuer: string | undefined, accountName: string] {
  const colon = label.indexOf(':')
  return colon < 0 ? [undefined, label] : [label.slice(0, colon), label.slice(colon + 1)]
}

function numberIn (query: ReadonlyMap<string, string>, name: string): number | undefined {
  const text = query.get(name) || undefined
  if (text === undefined) return undefined
  try {
    return Number(atoi(text))
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw invalid(`an error occurred while parsing ${name} value in url`)
  }
}
