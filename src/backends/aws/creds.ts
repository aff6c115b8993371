// aws/creds and aws/sts: users of IAM, and credentials of STS, with leases.
// https://developer.hashicorp.com/vault/api-docs/secret/aws#generate-credentials
import { Type, type Static } from '@sinclair/typebox'
import { GoError } from '../../go/values.js'
import { goMap } from '../../json/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { effectiveTtls } from '../../vault/mounts/mounts.js'
import { definePath, type Call, type LeaseHandlers, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { askAws, newKeys } from './config.js'
import { storedLease, storedRoles, type AwsRole } from './stored.js'

const fields = Type.Object({
  name: field.string({ description: 'Name of the role' }),
  role_arn: field.string({ default: '', description: 'ARN of role to assume when credential_type is assumed_role' }),
  ttl: field.durationSeconds({ default: 0, description: 'Lifetime of the returned credentials' }),
  role_session_name: field.string({ default: '', description: 'Session name to use when assuming the role' })
})

type CredsCall = Call<Static<typeof fields>>

const USER_NAME_LENGTH = 64
/** Of STS, where neither role nor request say. */
const STS_SECONDS = 3600
const TOKEN_LENGTH = 356

export const credsPaths: readonly PathDefinition[] = ['creds', 'sts'].map((place) => definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/secret/aws#generate-credentials',
  path: `${place}/:name`,
  summary: 'Generate AWS credentials from a specific Vault role.',
  fields,
  operations: { read: create, update: create }
}))

async function create (call: CredsCall): Promise<LogicalResponse> {
  const { name = '' } = call.params
  const role = storedRoles(call).get(name)
  if (role === undefined) throw invalid(`Role ${JSON.stringify(name)} not found`)
  return role.credentialType === 'iam_user' ? await createUser(call, name) : await createSession(call, role)
}

async function createUser (call: CredsCall, role: string): Promise<LogicalResponse> {
  const random = call.cluster.random.stream('aws')
  const who = `${call.token?.displayName ?? ''}-${role}`.slice(0, 42)
  const username = `vault-${who}-${Math.floor(call.nowMs / 1000)}-${random.base62(20)}`.slice(0, USER_NAME_LENGTH)
  await asked(call, 'iam', `create the user ${username}`, 'Error creating IAM user')
  const { accessKey, secretKey } = newKeys(call)
  return {
    data: goMap({ access_key: accessKey, secret_key: secretKey, security_token: null }),
    secret: { internal: goMap({ username }), renewable: true, ...storedLease(call).value }
  }
}

async function createSession (call: CredsCall, role: AwsRole): Promise<LogicalResponse> {
  const isAssumed = role.credentialType === 'assumed_role'
  const arn = isAssumed ? roleArnFor(call, role) : undefined
  const ttlSeconds = ttlFor(call, role)
  if (arn !== undefined) await asked(call, 'sts', `assume the role ${arn}`, 'Error assuming role')
  else await asked(call, 'sts', `get a ${role.credentialType.replace('_', ' ')}`, 'Error generating STS keys')
  const { accessKey, secretKey } = newKeys(call, 'ASIA')
  const token = call.cluster.random.stream('aws').base62(TOKEN_LENGTH)
  return {
    data: goMap({ access_key: accessKey, arn, secret_key: secretKey, security_token: token, ttl: ttlSeconds }),
    secret: { internal: goMap({ username: '' }), ttlSeconds, renewable: false }
  }
}

/** The texts are read. */
function roleArnFor ({ fields, params }: CredsCall, { roleArns }: AwsRole): string {
  const arns = roleArns ?? []
  const wanted = fields.role_arn || (arns.length === 1 ? arns[0] : '')
  if (wanted === undefined || wanted === '') {
    throw invalid('did not supply a role_arn parameter and unable to determine one')
  }
  if (arns.includes(wanted)) return wanted
  const role = JSON.stringify(params.name)
  throw invalid(`role_arn ${JSON.stringify(wanted)} not in allowed role arns for Vault role ${role}`)
}

function ttlFor (call: CredsCall, role: AwsRole): number {
  const { maxSeconds } = effectiveTtls(call.mount, call.cluster.leaseTtls)
  const wanted = call.fields.ttl || role.defaultStsTtlSeconds || STS_SECONDS
  return Math.min(wanted, role.maxStsTtlSeconds || maxSeconds, maxSeconds)
}

async function asked (call: CredsCall, service: 'iam' | 'sts', what: string, prefix: string): Promise<void> {
  await askAws(call, service, what).catch((error: unknown) => {
    const ownText = service === 'sts' ? call.cluster.profile.awsStsText : undefined
    throw error instanceof GoError ? invalid(ownText ?? `${prefix}: ${error.message}`) : error
  })
}

/** Credentials of STS end by themselves. */
export const awsLeases: LeaseHandlers = {
  renew: (call) => storedLease(call).value ?? {},
  revoke: async (call) => {
    const { username } = call.lease.internal
    if (typeof username !== 'string' || username === '') return
    await askAws(call, 'iam', `delete the user ${username}`).catch((error: unknown) => {
      throw error instanceof GoError ? failure(error.message) : error
    })
  }
}
