// ldap/config: the directory, who changes it, and what passwords look like.
// https://developer.hashicorp.com/vault/api-docs/secret/ldap#configuration-management
import { Type, type Static } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../json/index.js'
import { failure, NotSimulated, VaultError } from '../../refusal/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { generatePassword, readPasswordPolicy } from '../../vault/policies/password-policies.js'
import { changeValues } from '../auth-entries.js'
import { laterFields, refuseLater } from '../later-fields.js'
import { directoryFields, ldapConfig, refuseCertificate, TLS_VERSIONS } from '../ldap-auth/config.js'
import { storedConfig, type DirectoryConfig, type Place } from './stored.js'

const PASSWORD_LENGTH = 64
const MOST_CHARACTERS = 4096
const SCHEMAS = ['openldap', 'racf', 'ad']
/** What people are found by, for each schema. */
const USER_ATTRIBUTES: Readonly<Record<string, string>> = { openldap: 'cn', racf: 'racfid', ad: 'userPrincipalName' }
const SECRET = ['bindpass', 'client_tls_cert', 'client_tls_key']

const fields = Type.Object({
  ...directoryFields,
  ttl: field.durationSeconds({ description: 'The default password time-to-live.' }),
  max_ttl: field.durationSeconds({ description: 'The maximum password time-to-live.' }),
  schema: field.string({ description: 'The desired LDAP schema used when modifying user account passwords.' }),
  password_policy: field.string({ description: 'Password policy to use to generate passwords' }),
  length: field.int({ description: 'The desired length of passwords that Vault generates.' }),
  skip_static_role_import_rotation: field.bool({ description: 'Whether static roles keep the password that they had.' })
})

export const configPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/secret/ldap#configuration-management',
  path: 'config',
  summary: 'Configure the LDAP secrets engine plugin.',
  fields,
  exists: (call) => storedConfig(call).value !== undefined,
  operations: { read, create: write, update: write, delete: (call) => { storedConfig(call).delete() } }
})

function read (call: Call<unknown>): LogicalResponse | undefined {
  const config = storedConfig(call).value
  if (config === undefined) return undefined
  const { directory, schema, passwordPolicy, passwordLength, skipsRotation, rotatedAtMs } = config
  const shown = Object.entries(directory).filter(([name, value]) => {
    return !SECRET.includes(name) && (name !== 'use_pre111_group_cn_behavior' || value === true)
  })
  return {
    data: goMap({
      ...Object.fromEntries(shown),
      ...laterFields(call, 'ldap/config'),
      schema,
      password_policy: passwordPolicy || undefined,
      length: passwordLength || undefined,
      last_bind_password_rotation: rotatedAtMs === 0 ? undefined : rfc3339Nano(rotatedAtMs),
      skip_static_role_import_rotation: call.cluster.profile.ldapRolesMaySkipRotation ? skipsRotation : undefined
    })
  }
}

function write (call: Call<Static<typeof fields>>): void {
  const { fields: given } = call
  refuseLater(call, 'ldap/config')
  const old = storedConfig(call).value
  const directory = changeValues<JsonObject>(old?.directory ?? ldapConfig.initial, given)
  checkDirectory(directory)
  const schema = given.schema ?? old?.schema ?? 'openldap'
  if (schema === '') throw failure('schema is required')
  if (!SCHEMAS.includes(schema)) {
    throw failure(`the configured schema ${schema} is not valid. Supported schemas: [${SCHEMAS.join(' ')}]`)
  }
  const passwordPolicy = given.password_policy ?? old?.passwordPolicy ?? ''
  if (passwordPolicy !== '' && given.length !== undefined) {
    throw failure("cannot set both 'password_policy' and 'length'")
  }
  const userattr = given.userattr ?? (old === undefined ? USER_ATTRIBUTES[schema] ?? '' : directory.userattr)
  storedConfig(call).put({
    directory: { ...directory, url: String(directory.url).toLowerCase(), userattr },
    schema,
    passwordPolicy,
    passwordLength: lengthIn(given.length ?? 0),
    skipsRotation: given.skip_static_role_import_rotation ?? old?.skipsRotation ?? false,
    rotatedAtMs: old?.rotatedAtMs ?? 0
  })
}

function lengthIn (length: number): number {
  if (length > MOST_CHARACTERS) throw new NotSimulated(`passwords of more than ${MOST_CHARACTERS} characters`)
  return Math.max(0, length)
}

/** @throws VaultError 500 as `ldaputil.ConfigEntry` says it */
function checkDirectory (directory: JsonObject): void {
  const textOf = (name: string): string => String(directory[name])
  const from = textOf('tls_min_version')
  const to = textOf('tls_max_version')
  const certificate = textOf('certificate')
  if (certificate !== '') asFailure(() => { refuseCertificate(certificate) })
  if (!TLS_VERSIONS.includes(from)) throw failure("invalid 'tls_min_version'")
  if (!TLS_VERSIONS.includes(to)) throw failure("invalid 'tls_max_version'")
  if (to < from) throw failure("'tls_max_version' must be greater than or equal to 'tls_min_version'")
  if (textOf('url') === '') throw failure('at least one url must be provided')
  const binds = textOf('binddn') !== '' && textOf('bindpass') !== ''
  if (directory.discoverdn !== true && !binds && textOf('upndomain') === '' && textOf('userdn') === '') {
    throw failure('cannot derive UserBindDN')
  }
}

function asFailure (check: () => void): void {
  try {
    check()
  } catch (error) {
    throw error instanceof VaultError ? failure(error.message) : error
  }
}

/** @throws VaultError 500 before the directory was told */
export function requireConfig (call: Place, refusal = 'the config is currently unset'): DirectoryConfig {
  const config = storedConfig(call).value
  if (config === undefined) throw failure(refusal)
  return config
}

/** By the policy, if there is one. @throws VaultError for a policy that there is not */
export function newPassword (
  { cluster, storage }: Pick<Call, 'cluster' | 'storage'>, { passwordPolicy, passwordLength }: DirectoryConfig
): string {
  const random = cluster.random.stream('ldap')
  if (passwordPolicy === '') return random.base62(passwordLength || PASSWORD_LENGTH)
  try {
    return generatePassword(readPasswordPolicy(storage, passwordPolicy), random)
  } catch (error) {
    throw error instanceof VaultError ? failure(`unable to generate password: ${error.message}`) : error
  }
}
