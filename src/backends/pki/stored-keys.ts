// Keys that a mount holds: added once each, found again by their public halves.
import type { KeyObject } from 'node:crypto'
import { invalid } from '../../refusal/index.js'
import { allIssuers, allKeys, issuersConfig } from './issuer-references.js'
import { certificateOf, chance, privateKeyOf, stored, type PkiContext, type StoredKey } from './stored.js'
import { isSameKey, keyTypeOf, privateKeyPem, publicKeyOf } from './x509/keys.js'

export interface AddedKey {
  readonly key: StoredKey
  /** it was here already, under the name that it has */
  readonly existed: boolean
}

/** Stores a key; issuers that lacked theirs get it, the first key becomes the default. */
export function addKey (context: PkiContext, privateKey: KeyObject, name: string): AddedKey {
  const publicKey = publicKeyOf(privateKey)
  const known = allKeys(context)
  const same = known.find((key) => isSameKey(publicKeyOf(privateKeyOf(key)), publicKey))
  if (same !== undefined) return { key: same, existed: true }
  if (name !== '' && known.some((key) => key.name === name)) {
    throw invalid(`an existing key is using the requested key name value: ${name}`)
  }
  const type = keyTypeOf(privateKey)
  if (type === undefined) throw invalid('unknown type for parsed PKCS8 Private Key')
  const key = { id: chance(context).uuid(), name, type, privateKey: `${privateKeyPem(privateKey)}\n` }
  stored.keys(context).put(key.id, key)
  giveToIssuers(context, key.id, publicKey)
  if (stored.defaultKey(context).value === undefined) stored.defaultKey(context).put(key.id)
  return { key, existed: false }
}

function giveToIssuers (context: PkiContext, keyId: string, publicKey: KeyObject): void {
  for (const issuer of allIssuers(context)) {
    if (issuer.keyId !== '' || !isSameKey(certificateOf(issuer).publicKey, publicKey)) continue
    stored.issuers(context).put(issuer.id, { ...issuer, keyId })
    const config = issuersConfig(context)
    if (config.defaultId === '') stored.issuersConfig(context).put({ ...config, defaultId: issuer.id })
  }
}

/** @returns whether it was the default */
export function removeKey (context: PkiContext, { id }: StoredKey): boolean {
  stored.keys(context).delete(id)
  if (stored.defaultKey(context).value !== id) return false
  return stored.defaultKey(context).delete()
}
