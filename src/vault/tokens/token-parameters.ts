// The `token_*` parameters that roles and users of auth methods share: what their tokens will be like.
import type { Static, TObject } from '@sinclair/typebox'
import { boundNetworks } from '../../go/cidrs.js'
import { orInvalid } from '../../go/refusing.js'
import { goQuote } from '../../go/values.js'
import type { JsonObject, JsonValue } from '../../json/index.js'
import type { Profile } from '../../profiles/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../fields/fields.js'
import { tidyPolicies } from '../policies/policy-names.js'

/** To be spread into the field table of a role or user. */
export const tokenParameterFields = {
  token_bound_cidrs: field.stringList({ description: 'Networks the tokens may be used from.' }),
  token_explicit_max_ttl: field.durationSeconds({ description: 'Maximum life of the tokens, whatever renewals they get.' }),
  token_max_ttl: field.durationSeconds({ description: 'Maximum life of the tokens.' }),
  token_no_default_policy: field.bool({ description: 'Leaves out the policy default.' }),
  token_num_uses: field.int({ description: 'Number of uses of the tokens; 0: any number.' }),
  token_period: field.durationSeconds({ description: 'Period of the tokens.' }),
  token_policies: field.stringList({ description: 'Policies of the tokens.' }),
  token_strictly_bind_ip: field.bool({ description: 'Binds the tokens to the address of the login (OpenBao).' }),
  token_ttl: field.durationSeconds({ description: 'Life of the tokens.' }),
  token_type: field.string({ description: 'default, service, batch, default-service or default-batch.' })
}

/** What of a call's fields is about tokens. */
export type TokenParameterFields = Static<TObject<typeof tokenParameterFields>>

/** Seconds; 0: not set. */
export type TokenParameters = JsonObject & {
  readonly boundCidrs: readonly string[]
  readonly explicitMaxTtlSeconds: number
  readonly maxTtlSeconds: number
  readonly noDefaultPolicy: boolean
  readonly numUses: number
  readonly periodSeconds: number
  readonly policies: readonly string[]
  readonly strictlyBindIp: boolean
  readonly ttlSeconds: number
  readonly tokenType: string
}

export const NO_PARAMETERS: TokenParameters = {
  boundCidrs: [],
  explicitMaxTtlSeconds: 0,
  maxTtlSeconds: 0,
  noDefaultPolicy: false,
  numUses: 0,
  periodSeconds: 0,
  policies: [],
  strictlyBindIp: false,
  ttlSeconds: 0,
  tokenType: 'default'
}

const TOKEN_TYPES = ['default', 'service', 'batch', 'default-service', 'default-batch']

/**
 * The parameters after a write; what it leaves out stays.
 *
 * @throws VaultError in the words of `sdk/helper/tokenutil`
 */
export function changeParameters (old: TokenParameters, fields: TokenParameterFields): TokenParameters {
  const changed: TokenParameters = {
    boundCidrs: networksOf(fields.token_bound_cidrs) ?? old.boundCidrs,
    explicitMaxTtlSeconds: fields.token_explicit_max_ttl ?? old.explicitMaxTtlSeconds,
    maxTtlSeconds: fields.token_max_ttl ?? old.maxTtlSeconds,
    noDefaultPolicy: fields.token_no_default_policy ?? old.noDefaultPolicy,
    numUses: fields.token_num_uses ?? old.numUses,
    periodSeconds: fields.token_period ?? old.periodSeconds,
    policies: fields.token_policies === undefined ? old.policies : tidyPolicies(fields.token_policies, false),
    strictlyBindIp: fields.token_strictly_bind_ip ?? old.strictlyBindIp,
    ttlSeconds: fields.token_ttl ?? old.ttlSeconds,
    tokenType: tokenTypeOf(fields.token_type) ?? old.tokenType
  }
  refuseContradictions(changed)
  return changed
}

/** The parameters as reads show them (recorded: `approle role read`). */
export function renderParameters (parameters: TokenParameters, profile: Profile): Record<string, JsonValue> {
  return {
    token_bound_cidrs: parameters.boundCidrs,
    token_explicit_max_ttl: parameters.explicitMaxTtlSeconds,
    token_max_ttl: parameters.maxTtlSeconds,
    token_no_default_policy: parameters.noDefaultPolicy,
    token_num_uses: parameters.numUses,
    token_period: parameters.periodSeconds,
    token_policies: parameters.policies,
    ...(profile.strictlyBindIpField ? { token_strictly_bind_ip: parameters.strictlyBindIp } : {}),
    token_ttl: parameters.ttlSeconds,
    token_type: parameters.tokenType
  }
}

function networksOf (given: readonly string[] | undefined): readonly string[] | undefined {
  return given && orInvalid(() => boundNetworks(given))
}

function refuseContradictions (parameters: TokenParameters): void {
  const numbers = {
    token_explicit_max_ttl: parameters.explicitMaxTtlSeconds,
    token_max_ttl: parameters.maxTtlSeconds,
    token_period: parameters.periodSeconds,
    token_ttl: parameters.ttlSeconds,
    token_num_uses: parameters.numUses
  }
  for (const [name, value] of Object.entries(numbers)) if (value < 0) throw invalid(`'${name}' cannot be negative`)
  if (parameters.ttlSeconds > 0 && parameters.maxTtlSeconds > 0 && parameters.ttlSeconds > parameters.maxTtlSeconds) {
    throw invalid("'token_ttl' cannot be greater than 'token_max_ttl'")
  }
  if (parameters.numUses !== 0 && ['batch', 'default-batch'].includes(parameters.tokenType)) {
    throw invalid("'token_type' cannot be 'batch' or 'default_batch' when set to generate tokens with limited use count")
  }
}

function tokenTypeOf (given: string | undefined): string | undefined {
  if (given === undefined) return undefined
  if (given === '') return 'default'
  if (!TOKEN_TYPES.includes(given)) throw invalid(`invalid 'token_type' value ${goQuote(given)}`)
  return given
}
