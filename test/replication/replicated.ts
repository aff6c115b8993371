// Clusters that replicate, and operators who talk to them: what tests of replication need.
import type { Test } from 'tap'
import { createWorld, type NamedCluster, type NamedWorld, type NamedWorldOptions } from '../../src/index.js'

export interface Answer {
  readonly status: number
  readonly json: any
}

export interface CallOptions {
  readonly token?: string | null
  readonly headers?: Record<string, string>
}

/** A request to the active node of a cluster, with the root token unless told otherwise. */
export async function call (
  cluster: NamedCluster,
  method: string,
  path: string,
  payload?: object,
  { token = 'root', headers = {} }: CallOptions = {}
): Promise<Answer> {
  const answer = await cluster.inject({
    method,
    url: `/v1/${path}`,
    headers: { ...(token === null ? {} : { 'x-vault-token': token }), ...headers },
    ...(payload === undefined ? {} : { payload })
  })
  return { status: answer.statusCode, json: answer.body === '' ? undefined : JSON.parse(answer.body) }
}

/** A world that is closed after the test. */
export async function openTestWorld<Name extends string> (
  t: Test,
  options: NamedWorldOptions<Name>
): Promise<NamedWorld & Readonly<Record<Name, NamedCluster>>> {
  const world = await createWorld({ seed: 7, ...options })
  t.teardown(async () => { await world.close() })
  return world
}

/** What a kind's status says. */
export async function statusOf (cluster: NamedCluster, kind: 'performance' | 'dr'): Promise<any> {
  return (await call(cluster, 'GET', `sys/replication/${kind}/status`, undefined, { token: null })).json.data
}

/** An activation token for a new secondary. */
export async function activationToken (
  primary: NamedCluster,
  kind: 'performance' | 'dr',
  id: string,
  options: CallOptions = {}
): Promise<string> {
  const { json } = await call(primary, 'POST', `sys/replication/${kind}/primary/secondary-token`, { id }, options)
  return json.wrap_info.token
}

export async function writeSecret (
  cluster: NamedCluster,
  name: string,
  value: string,
  options: CallOptions = {}
): Promise<number> {
  return (await call(cluster, 'POST', `secret/data/${name}`, { data: { value } }, options)).status
}

/** Undefined where there is none. */
export async function readSecret (
  cluster: NamedCluster,
  name: string,
  options: CallOptions = {}
): Promise<string | undefined> {
  return (await call(cluster, 'GET', `secret/data/${name}`, undefined, options)).json.data?.data?.value
}

const CEREMONY = 'sys/replication/dr/secondary/generate-operation-token'

/** A DR operation token, by the ceremony with the one key share of the replication set. */
export async function drOperationToken (secondary: NamedCluster, key: string): Promise<string> {
  const { json: { nonce, otp } } = await call(secondary, 'PUT', `${CEREMONY}/attempt`, {}, { token: null })
  const { json } = await call(secondary, 'PUT', `${CEREMONY}/update`, { key, nonce }, { token: null })
  return decodeToken(json.encoded_token, otp)
}

/** The token that a ceremony made: XORed with the one-time password. */
export function decodeToken (encoded: string, otp: string): string {
  const password = Buffer.from(otp)
  return Buffer.from(Buffer.from(encoded, 'base64').map((byte, i) => byte ^ (password[i] ?? 0))).toString('utf8')
}
