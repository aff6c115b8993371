// Which issuer or key a reference means: an id, a name, or `default`.
import { failure, VaultError } from '../../refusal/index.js'
import { stored, type Issuer, type IssuersConfig, type PkiContext, type StoredKey } from './stored.js'

/** There is no such issuer or key. Some answers carry its words on in words of their own. */
export class UnknownReference extends VaultError {
  constructor (message: string) {
    super('failure', message)
  }
}

export function issuersConfig (context: PkiContext): IssuersConfig {
  return stored.issuersConfig(context).value ?? { defaultId: '', followsLatest: false }
}

/** All issuers, by id. */
export function allIssuers (context: PkiContext): Issuer[] {
  return [...stored.issuers(context).entries()].map(([, issuer]) => issuer)
}

export function allKeys (context: PkiContext): StoredKey[] {
  return [...stored.keys(context).entries()].map(([, key]) => key)
}

/** @throws UnknownReference */
export function requireIssuer (context: PkiContext, reference: string): Issuer {
  if (reference === 'default') {
    const { defaultId } = issuersConfig(context)
    if (defaultId === '') throw new UnknownReference('no default issuer currently configured')
    return issuerWithId(context, defaultId)
  }
  const found = stored.issuers(context).get(reference) ?? allIssuers(context).find(({ name }) => name === reference)
  if (found === undefined || reference === '') {
    throw new UnknownReference(`unable to find PKI issuer for reference: ${reference}`)
  }
  return found
}

function issuerWithId (context: PkiContext, id: string): Issuer {
  const found = stored.issuers(context).get(id)
  if (found === undefined) throw failure(`pki issuer id ${id} does not exist`)
  return found
}

/** @throws UnknownReference */
export function requireKey (context: PkiContext, reference: string): StoredKey {
  const id = reference === 'default' ? stored.defaultKey(context).value ?? '' : reference
  if (id === '' && reference === 'default') throw new UnknownReference('no default key currently configured')
  const found = stored.keys(context).get(id) ?? allKeys(context).find(({ name }) => name === id)
  if (found === undefined || id === '') throw new UnknownReference(`unable to find PKI key for reference: ${reference}`)
  return found
}

/** What a look-up gives; undefined where there is nothing. */
export function ifKnown<T> (lookUp: () => T): T | undefined {
  try {
    return lookUp()
  } catch (error) {
    if (error instanceof UnknownReference) return undefined
    throw error
  }
}
