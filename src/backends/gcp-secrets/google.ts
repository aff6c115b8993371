// What the engine does in Google Cloud: service accounts come and go, and have roles and keys.
import { createPublicKey } from 'node:crypto'
import type { EntryOf } from '../../cluster/outside.js'
import { GoError } from '../../go/values.js'
import { printJson } from '../../json/index.js'
import type { MountCall } from '../../vault/paths.js'
import { askApi, type ApiCall } from '../outside-api.js'
import { makePrivateKey } from '../private-keys.js'

const GOOGLE = 'https://www.googleapis.com'

type Asking = Pick<MountCall, 'cluster'>
type Accounts = EntryOf<'gcp'>['serviceAccounts']
type Question = Pick<ApiCall<'gcp'>, 'asked' | 'method' | 'path'>

/**
 * Asks, and changes the service accounts that the world was told of. Which text an unreachable Google leaves is
 * inferred: that of Go's client.
 *
 * @throws {GoError}
 */
export async function inGoogle (
  { cluster }: Asking, question: Question, change: (accounts: Accounts) => Accounts = (accounts) => accounts
): Promise<void> {
  const met = await askApi(cluster.outside, { ...question, system: 'gcp', address: GOOGLE })
  if (met.reach !== 'known') return
  const serviceAccounts = change(met.entry.serviceAccounts)
  cluster.outside.change('gcp', GOOGLE, (entry) => ({ ...entry, serviceAccounts }))
}

/** @throws {GoError} */
export async function createAccount (call: Asking, project: string, email: string): Promise<void> {
  const id = String(call.cluster.random.stream('gcp').integer(1e15, 9e15))
  await inGoogle(call, {
    asked: `create the service account ${email}`, method: 'Post', path: `/v1/projects/${project}/serviceAccounts`
  }, (accounts) => ({ ...accounts, [email]: { id, project, keys: [] } }))
}

/** @throws {GoError} */
export async function deleteAccount (call: Asking, project: string, email: string): Promise<void> {
  await inGoogle(call, {
    asked: `delete the service account ${email}`, method: 'Delete', path: accountPath(project, email)
  }, ({ [email]: _gone, ...others }) => others)
}

export interface ServiceAccountKey {
  readonly id: string
  /** the credentials file, base64 */
  readonly data: string
}

/**
 * A key pair of an account, whose public half the world's Google knows.
 *
 * @throws {GoError} where nobody answers, or there is no such account
 */
export async function createKey (
  call: Asking, project: string, email: string, bits: number
): Promise<ServiceAccountKey> {
  const random = call.cluster.random.stream('gcp')
  const key = await makePrivateKey({ type: 'rsa', bits }, random)
  const id = random.uuid().replaceAll('-', '')
  const jwk = { ...createPublicKey(key).export({ format: 'jwk' }), kid: id, alg: 'RS256', use: 'sig' }
  await inGoogle(call, {
    asked: `create a key of ${email}`, method: 'Post', path: `${accountPath(project, email)}/keys`
  }, (accounts) => {
    const account = requireAccount(accounts, email)
    return { ...accounts, [email]: { ...account, keys: [...account.keys ?? [], jwk] } }
  })
  const file = {
    type: 'service_account',
    project_id: project,
    private_key_id: id,
    private_key: String(key.export({ type: 'pkcs8', format: 'pem' })),
    client_email: email,
    token_uri: 'https://oauth2.googleapis.com/token'
  }
  return { id, data: Buffer.from(printJson(file)).toString('base64') }
}

/** A key, or an account, that is gone is no reason to fail. @throws {GoError} */
export async function deleteKey (call: Asking, project: string, email: string, id: string): Promise<void> {
  await inGoogle(call, {
    asked: `delete a key of ${email}`, method: 'Delete', path: `${accountPath(project, email)}/keys/${id}`
  }, (accounts) => {
    const account = Object.hasOwn(accounts, email) ? accounts[email] : undefined
    if (account === undefined) return accounts
    return { ...accounts, [email]: { ...account, keys: (account.keys ?? []).filter(({ kid }) => kid !== id) } }
  })
}

/** @throws {GoError} */
export function requireAccount (accounts: Accounts, email: string): Accounts[string] {
  const account = Object.hasOwn(accounts, email) ? accounts[email] : undefined
  if (account === undefined) throw new GoError(`googleapi: Error 404: Unknown service account ${email}, notFound`)
  return account
}

export function accountPath (project: string, email: string): string {
  return `/v1/projects/${project}/serviceAccounts/${email}`
}
