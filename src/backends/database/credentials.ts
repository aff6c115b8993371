// What users log in with: passwords by a policy, or keys.
import { createPublicKey } from 'node:crypto'
import { isObject, type JsonObject } from '../../json/index.js'
import { failure, invalid, NotSimulated } from '../../refusal/index.js'
import type { Call } from '../../vault/paths.js'
import { generatePassword, readPasswordPolicy } from '../../vault/policies/password-policies.js'
import { makePrivateKey } from '../private-keys.js'
import { textIn } from './session.js'

const TYPES = ['password', 'rsa_private_key', 'client_certificate']
const KEY_BITS = [2048, 3072, 4096]

/** Where none is named: 20 characters, one of each kind at least. @see `helper/random`, `DefaultStringGenerator` */
const DEFAULT_POLICY = `length = 20
${['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789', '-']
  .map((charset) => `rule "charset" { charset = "${charset}" min-chars = 1 }`).join('\n')}`

/** @throws VaultError `invalid credential_type "magic"` */
export function checkType (type: string): string {
  if (!TYPES.includes(type)) throw invalid(`invalid credential_type ${JSON.stringify(type)}`)
  return type
}

/**
 * The configuration of a type with its defaults.
 *
 * @throws VaultError `credential_config validation failed: …`
 */
export function checkConfig (type: string, given: JsonObject): JsonObject {
  const refuse = (reason: string): never => { throw invalid(`credential_config validation failed: ${reason}`) }
  if (type === 'password') {
    const policy = textIn(given, 'password_policy')
    return policy === '' ? {} : { password_policy: policy }
  }
  if (type !== 'rsa_private_key') return given
  const format = textIn(given, 'format').toLowerCase() || 'pkcs8'
  if (format !== 'pkcs8') refuse(`invalid format: ${textIn(given, 'format')}`)
  const bits = Number(textIn(given, 'key_bits') || KEY_BITS[0])
  if (!KEY_BITS.includes(bits)) refuse(`invalid key_bits: ${textIn(given, 'key_bits')}`)
  return { format, key_bits: bits }
}

/** What a user is given, and what the database is told of it. */
export interface Credential {
  /** the password, or the private key in PEM */
  readonly secret: string
  /** the name it has in answers */
  readonly field: 'password' | 'rsa_private_key'
  /** for `{{public_key}}`; empty for a password */
  readonly publicKey: string
}

type Drawing = Pick<Call<unknown>, 'cluster' | 'storage'>

/** @param policy of the connection, where the role's configuration names none */
export async function makeCredential (
  call: Drawing, type: string, config: JsonObject, policy: string
): Promise<Credential> {
  if (type === 'client_certificate') throw new NotSimulated('the credential type "client_certificate"')
  if (type === 'password') {
    const secret = passwordBy(call, textIn(config, 'password_policy') || policy)
    return { secret, field: 'password', publicKey: '' }
  }
  const bits = Number(textIn(config, 'key_bits') || KEY_BITS[0])
  const key = await makePrivateKey({ type: 'rsa', bits }, call.cluster.random.stream('database'))
  return {
    secret: String(key.export({ type: 'pkcs8', format: 'pem' })),
    field: 'rsa_private_key',
    publicKey: String(createPublicKey(key).export({ type: 'spki', format: 'pem' }))
  }
}

/** @throws VaultError for a policy that there is not */
export function passwordBy ({ cluster, storage }: Drawing, policy: string): string {
  return generatePassword(policy === '' ? DEFAULT_POLICY : policyText(storage, policy), cluster.random.stream('database'))
}

function policyText (storage: Drawing['storage'], name: string): string {
  try {
    return readPasswordPolicy(storage, name)
  } catch {
    throw failure('failed to generate password: failed to retrieve password policy: password policy not found')
  }
}

/** A map of texts, as `credential_config` is given. */
export function configIn (given: JsonObject | undefined): JsonObject {
  return isObject(given) ? given : {}
}
