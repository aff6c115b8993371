// A secret as rows of a table, and a single field of it.
import type { JsonValue } from '../../../json/index.js'
import type { Auth, Secret, WrapInfo } from '../secret.js'
import { goInstant, humanDuration, mapRows, quotedList } from './values.js'

/** None where there is nothing to show. */
export function secretRows (secret: Secret): string[][] {
  return [
    ...leaseRows(secret),
    ...secret.auth === undefined ? [] : authRows(secret.auth),
    ...secret.wrap_info === undefined ? [] : wrapRows(secret.wrap_info),
    ...mapRows(secret.data ?? {})
  ]
}

function leaseRows ({ lease_id: id, lease_duration: seconds, renewable }: Secret): string[][] {
  if (seconds <= 0) return []
  // KV v1 has a duration without a lease
  if (id === '') return [['refresh_interval', humanDuration(seconds)]]
  return [['lease_id', id], ['lease_duration', humanDuration(seconds)], ['lease_renewable', String(renewable)]]
}

function authRows (auth: Auth): string[][] {
  return [
    ['token', auth.client_token],
    ['token_accessor', auth.accessor],
    ['token_duration', auth.lease_duration === 0 ? '∞' : humanDuration(auth.lease_duration)],
    ['token_renewable', String(auth.renewable)],
    ['token_policies', quotedList(auth.token_policies)],
    ['identity_policies', quotedList(auth.identity_policies)],
    ['policies', quotedList(auth.policies)],
    // the real client has them in no order at all
    ...Object.entries(auth.metadata ?? {}).sort().map(([name, value]) => [`token_meta_${name}`, value])
  ]
}

function wrapRows (info: WrapInfo): string[][] {
  return [
    ['wrapping_token:', info.token],
    ['wrapping_accessor:', info.accessor],
    ['wrapping_token_ttl:', humanDuration(info.ttl)],
    ['wrapping_token_creation_time:', goInstant(info.creation_time)],
    ['wrapping_token_creation_path:', info.creation_path],
    ...info.wrapped_accessor === '' ? [] : [['wrapped_accessor:', info.wrapped_accessor]]
  ]
}

/** What `-field` names; undefined or null: it is not there. */
export function fieldOf (secret: Secret, name: string): JsonValue | undefined {
  const { auth, wrap_info: info, data } = secret
  const named = auth !== undefined ? authFields(auth) : info !== undefined ? wrapFields(info) : leaseFields(secret)
  if (name === 'data' && auth === undefined && info === undefined) return data?.['data'] === undefined ? data : data['data']
  return name in named ? named[name] : data?.[name]
}

type Fields = Readonly<Record<string, JsonValue>>

function authFields (auth: Auth): Fields {
  return {
    token: auth.client_token,
    token_accessor: auth.accessor,
    token_duration: auth.lease_duration,
    token_renewable: auth.renewable,
    token_policies: auth.token_policies ?? [],
    identity_policies: auth.identity_policies ?? [],
    policies: auth.policies ?? []
  }
}

function wrapFields (info: WrapInfo): Fields {
  return {
    wrapping_token: info.token,
    wrapping_accessor: info.accessor,
    wrapping_token_ttl: info.ttl,
    wrapping_token_creation_time: info.creation_time,
    wrapping_token_creation_path: info.creation_path,
    wrapped_accessor: info.wrapped_accessor
  }
}

function leaseFields (secret: Secret): Fields {
  return {
    lease_duration: secret.lease_duration,
    lease_id: secret.lease_id,
    request_id: secret.request_id,
    renewable: secret.renewable,
    refresh_interval: secret.lease_duration
  }
}
