// auth/jwt/config: whose signatures count, and the provider that people are sent to.
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { goQuote } from '../../go/values.js'
import type { Profile } from '../../profiles/index.js'
import { invalid, VaultError } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { changeValues } from '../auth-entries.js'
import { publicKeyIn } from './key-sets.js'
import { fetchKeys, fetchProvider, publishedIn, UnreachableError } from './issuers.js'
import { configIn, putConfig, type JwtConfig } from './stored.js'

const ALGORITHMS = [
  'RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'EdDSA'
]
const RESPONSE_TYPES = ['code', 'id_token']

const fields = Type.Object({
  bound_issuer: field.string({ description: 'The issuer that tokens must name.' }),
  default_role: field.lowerCaseString({ description: 'The role of logins that name none.' }),
  jwks_ca_pem: field.string({ description: 'Authorities to trust at the JWKS URL.' }),
  jwks_pairs: field.list({ description: 'Several such URLs, each as a map of jwks_url and jwks_ca_pem (Vault 1.21).' }),
  jwks_url: field.string({ description: 'Where the keys are published.' }),
  jwt_supported_algs: field.stringList({ description: 'Signing algorithms that are accepted.' }),
  jwt_validation_pubkeys: field.stringList({ description: 'The keys themselves, in PEM.' }),
  namespace_in_state: field.bool({ description: 'Passes the namespace in the state of an OIDC login.' }),
  oidc_client_id: field.string({ description: 'The client id at the provider.' }),
  oidc_client_secret: field.string({ description: 'The client secret at the provider.' }),
  oidc_discovery_ca_pem: field.string({ description: 'Authorities to trust at the discovery URL.' }),
  oidc_discovery_url: field.string({ description: 'The provider, without any .well-known component.' }),
  oidc_response_mode: field.string({ description: 'query or form_post.' }),
  oidc_response_types: field.stringList({ description: 'code, id_token.' }),
  override_allowed_server_names: field.stringList({ description: 'Names the provider may have in TLS (OpenBao).' }),
  provider_config: field.map({ description: 'Settings for certain providers.' }),
  unsupported_critical_cert_extensions: field.stringList({
    description: 'Critical extensions of certificates that do not matter (Vault 1.21).'
  })
})
type ConfigCall = Call<Static<typeof fields>>

const EMPTY: JwtConfig = {
  bound_issuer: '',
  default_role: '',
  jwks_ca_pem: '',
  jwks_pairs: [],
  jwks_url: '',
  jwt_supported_algs: [],
  jwt_validation_pubkeys: [],
  namespace_in_state: true,
  oidc_client_id: '',
  oidc_client_secret: '',
  oidc_discovery_ca_pem: '',
  oidc_discovery_url: '',
  oidc_response_mode: '',
  oidc_response_types: [],
  override_allowed_server_names: [],
  provider_config: {},
  unsupported_critical_cert_extensions: []
}

export const configPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/auth/jwt#configure',
  path: 'config',
  summary: 'The configuration of the method.',
  fields,
  operations: { read, update: write }
})

/** @see recorded: `jwt`, config read; never the client's secret */
function read (call: ConfigCall): LogicalResponse | undefined {
  const config = configIn(call)
  if (config === undefined) return undefined
  const { oidc_client_secret: _secret, ...open } = config
  const shown = Object.entries({ ...open, status: 'valid' })
    .filter(([name]) => !call.cluster.profile.hiddenJwtFields.includes(name))
  return { data: goMap(Object.fromEntries(shown)) }
}

/** Every write says everything anew, but for `namespace_in_state`. */
async function write (call: ConfigCall): Promise<undefined> {
  const given = changeValues(EMPTY, call.fields)
  const config: JwtConfig = {
    ...given,
    jwks_pairs: call.cluster.profile.jwksPairs ? given.jwks_pairs : [],
    namespace_in_state: call.fields.namespace_in_state ?? configIn(call)?.namespace_in_state ?? true,
    jwt_validation_pubkeys: given.jwt_validation_pubkeys.map((pem) => pem.trim())
  }
  refuseContradictions(config, call.cluster.profile)
  await refuseUnreachable(call, config)
  refuseOddities(config)
  putConfig(call, config)
}

function refuseContradictions (config: JwtConfig, { jwksPairs: hasPairs }: Profile): void {
  const { oidc_discovery_url: discovery, jwks_url: jwks, jwt_validation_pubkeys: keys, jwks_pairs: pairs } = config
  if ([discovery !== '', jwks !== '', keys.length > 0, pairs.length > 0].filter(Boolean).length !== 1) {
    const ways = hasPairs ? "'jwks_url', 'jwks_pairs'" : "'jwks_url'"
    throw invalid(`exactly one of 'jwt_validation_pubkeys', ${ways} or 'oidc_discovery_url' must be set`)
  }
  if ((config.oidc_client_id === '') !== (config.oidc_client_secret === '')) {
    throw invalid("both 'oidc_client_id' and 'oidc_client_secret' must be set for OIDC")
  }
  if (config.oidc_client_id !== '' && discovery === '') throw invalid("'oidc_discovery_url' must be set for OIDC")
  if (pairs.length > 0) refuseBesidePairs(config)
}

/** @see `pathConfigWrite` of vault-plugin-auth-jwt 0.25 for the texts and their order */
function refuseBesidePairs ({ jwks_ca_pem: caPem, bound_issuer: issuer }: JwtConfig): void {
  if (caPem !== '') {
    throw invalid("CA PEMs must be provided as part of the 'jwks_pairs' when using multiple JWKS URLs")
  }
  if (issuer !== '') throw invalid("Bound issuer is not supported for use with 'jwks_pairs'")
}

/** What is published is fetched once, to see that it is there; keys have to be keys. */
async function refuseUnreachable (call: ConfigCall, config: JwtConfig): Promise<void> {
  if (config.oidc_discovery_url !== '') {
    await explained('error checking oidc discovery URL', fetchProvider(call.cluster.outside, config))
  }
  for (const published of publishedIn(config)) {
    const which = call.cluster.profile.jwksRefusalNamesUrl ? ` ${published.url}` : ''
    await explained(`error checking jwks URL${which}`, fetchKeys(call.cluster.outside, published))
  }
  for (const pem of config.jwt_validation_pubkeys) {
    if (publicKeyIn(pem) === undefined) {
      throw invalid('error parsing public key: data does not contain any valid public keys')
    }
  }
}

/** @throws VaultError a text in place of what was met outside */
async function explained (text: string, fetching: Promise<unknown>): Promise<void> {
  try {
    await fetching
  } catch (error) {
    throw error instanceof UnreachableError ? invalid(text) : error
  }
}

function refuseOddities (config: JwtConfig): void {
  const { jwt_supported_algs: algorithms, oidc_response_types: types, oidc_response_mode: mode } = config
  const unknown = algorithms.find((name) => !ALGORITHMS.includes(name))
  if (unknown !== undefined) {
    throw invalid(`invalid jwt_supported_algs: unsupported signing algorithm ${goQuote(unknown)}`)
  }
  if (!types.every((type) => RESPONSE_TYPES.includes(type))) {
    throw invalid(`invalid response_types [${types.join(' ')}]. 'code' and 'id_token' are allowed`)
  }
  if (!['', 'query', 'form_post'].includes(mode)) throw invalid(`invalid response_mode: ${goQuote(mode)}`)
  if (mode !== 'form_post' && types.includes('id_token')) {
    throw invalid('query response_mode may not be used with an id_token response_type')
  }
}

/** @throws VaultError `could not load configuration` */
export function requireConfig (call: Call<unknown>): JwtConfig {
  const config = configIn(call)
  if (config === undefined) throw new VaultError('invalid', 'could not load configuration')
  return config
}
