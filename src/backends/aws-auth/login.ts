// auth/aws/login: a request to AWS that somebody has signed says who they are.
import { Type, type Static } from '@sinclair/typebox'
import { dialError, type Met } from '../../cluster/outside.js'
import { isLike } from '../../go/glob.js'
import { goQuote } from '../../go/values.js'
import { goMap, isObject, JsonSyntaxError, parseJson, type JsonObject, type JsonValue } from '../../json/index.js'
import { invalid, NotSimulated } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { logIn } from '../../vault/tokens/login.js'
import { configIn, entryNamed } from '../auth-entry-paths.js'
import { refuseOtherNetworks } from '../people.js'
import type { AwsRole } from './roles.js'

const SERVER_ID = 'X-Vault-AWS-IAM-Server-ID'
const PUBLIC_STS = 'https://sts.amazonaws.com'
const SOMEBODY = '123456789012'

export type AwsClient = JsonObject & { readonly sts_endpoint: string, readonly iam_server_id_header_value: string }
export type AwsIdentityConfig = JsonObject & { readonly iam_alias: string, readonly iam_metadata: readonly string[] }

const fields = Type.Object({
  role: field.string({ description: 'The role to log in with.', default: '' }),
  iam_http_request_method: field.string({ description: 'POST.', default: '' }),
  iam_request_url: field.string({ description: 'Where the request goes, in base64.', default: '' }),
  iam_request_body: field.string({ description: 'What it says, in base64.', default: '' }),
  iam_request_headers: field.any({ description: 'Its headers: JSON, or that in base64.' }),
  identity: field.string({ description: 'The document of an instance.', default: '' }),
  signature: field.string({ description: 'Its signature.', default: '' }),
  pkcs7: field.string({ description: 'Both in one.', default: '' }),
  nonce: field.string({ description: 'What proves that an instance is the same as before.' })
})
type LoginCall = Call<Static<typeof fields>>

export const loginPath = definePath({
  path: 'login',
  summary: 'Logs in with a signed request.',
  fields,
  unauthenticated: true,
  operations: { update: login }
})

/** @see recorded: `outside-auth`, aws logins */
async function login (call: LoginCall): Promise<LogicalResponse> {
  const { fields: given } = call
  if (given.pkcs7 !== '' || given.identity !== '') throw new NotSimulated('logins of EC2 instances')
  const headers = headersIn(given.iam_request_headers)
  if (given.iam_http_request_method === '' || given.iam_request_url === '' || headers === undefined) {
    throw invalid("didn't supply required authentication values")
  }
  const client = configIn<AwsClient>(call, 'config/client')?.values
  refuseOtherServers(headers, client?.iam_server_id_header_value ?? '')
  if (given.role === '') throw invalid('missing role')
  const role = entryNamed<AwsRole>(call, 'role', given.role)
  if (role === undefined) throw invalid(`entry for role ${given.role} not found`)
  if (role.values.auth_type !== 'iam') throw invalid(`auth method iam not allowed for role ${given.role}`)
  refuseOtherNetworks(call, role.parameters)
  const caller = await callerOf(call, client?.sts_endpoint || PUBLIC_STS, headers, role.values)
  refuseOthers(caller, role.values, given.role)
  const { iam_alias: alias = 'role_id' } = configIn<AwsIdentityConfig>(call, 'config/identity')?.values ?? {}
  const names: Readonly<Record<string, string>> = {
    role_id: role.values.role_id, unique_id: caller.userId, full_arn: caller.arn, canonical_arn: canonical(caller.arn)
  }
  return logIn(call, {
    aliasName: names[alias] ?? role.values.role_id,
    displayName: caller.arn.slice(caller.arn.lastIndexOf('/') + 1),
    metadata: goMap({ account_id: caller.account, auth_type: 'iam', role_id: role.values.role_id }),
    parameters: role.parameters
  })
}

/** As an object of lists or texts, in JSON, which may be in base64; names in lower case. */
function headersIn (given: Static<typeof fields>['iam_request_headers']): ReadonlyMap<string, string> | undefined {
  const read = typeof given === 'string' ? parsed(given) ?? parsed(Buffer.from(given, 'base64').toString('utf8')) : given
  if (!isObject(read)) return undefined
  const text = (value: unknown): string => String(Array.isArray(value) ? value[0] : value)
  return new Map(Object.entries(read).map(([name, value]) => [name.toLowerCase(), text(value)]))
}

function parsed (text: string): JsonValue | undefined {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined
    throw error
  }
}

/** @throws VaultError where the request was signed for another server */
function refuseOtherServers (headers: ReadonlyMap<string, string>, wanted: string): void {
  if (wanted === '') return
  const refuse = (reason: string): never => { throw invalid(`error validating ${SERVER_ID} header: ${reason}`) }
  const found = headers.get(SERVER_ID.toLowerCase())
  if (found === undefined || found === '') return refuse(`missing header ${goQuote(SERVER_ID)}`)
  if (found !== wanted) refuse(`expected ${goQuote(wanted)} but got ${goQuote(found)}`)
  const [, signed = ''] = /SignedHeaders=([^,\s]*)/.exec(headers.get('authorization') ?? '') ?? []
  if (!signed.split(';').includes(SERVER_ID.toLowerCase())) refuse('vault header wasn\'t signed')
}

interface Caller { readonly arn: string, readonly account: string, readonly userId: string }

/** Whose key has signed; where anything is accepted, whoever the role is for. */
async function callerOf (
  call: LoginCall, address: string, headers: ReadonlyMap<string, string>, role: AwsRole
): Promise<Caller> {
  const [, key = ''] = /Credential=([^/,\s]*)/.exec(headers.get('authorization') ?? '') ?? []
  const met = await call.cluster.outside.ask({ system: 'aws', address, asked: `ask who has the key ${key}` })
  if (met.reach === 'nothing') throw invalid(`error making upstream request: ${refusedBy(address, met)}`)
  const told = met.reach === 'known' ? met.entry.identities?.[key] : anybody(role, key)
  if (told === undefined) throw invalid('error making upstream request: received error code 403 from STS: InvalidClientTokenId')
  const { arn, userId = key } = told
  return { arn, userId, account: told.account ?? arn.split(':')[4] ?? '' }
}

function refusedBy (address: string, { reason }: Extract<Met, { readonly reach: 'nothing' }>): string {
  const { hostname, port, protocol } = new URL(address)
  const dialed = dialError(hostname, port === '' ? (protocol === 'https:' ? 443 : 80) : port, reason)
  return `error making request: Post "${address}": ${dialed}`
}

function anybody ({ bound_iam_principal_arn: [arn] }: AwsRole, key: string): Pick<Caller, 'arn'> & Partial<Caller> {
  const isName = arn !== undefined && !arn.includes('*')
  return { arn: isName ? arn : `arn:aws:iam::${SOMEBODY}:user/${key}` }
}

/** A role that was assumed is that role: `arn:aws:iam::123456789012:role/app`. */
function canonical (arn: string): string {
  return arn.replace(/^(arn:[^:]*):sts::(\d*):assumed-role\/([^/]*)\/.*$/, '$1:iam::$2:role/$3')
}

function refuseOthers ({ arn, account }: Caller, role: AwsRole, name: string): void {
  const { bound_account_id: accounts, bound_iam_principal_arn: arns } = role
  if (accounts.length > 0 && !accounts.includes(account)) {
    throw invalid(`IAM Principal ${goQuote(arn)} does not belong to the role ${goQuote(name)}`)
  }
  if (arns.length > 0 && !arns.some((one) => isLike(one, canonical(arn)) || isLike(one, arn))) {
    throw invalid(`IAM Principal ${goQuote(arn)} does not belong to the role ${goQuote(name)}`)
  }
}
