// aws/config: how AWS is reached, and how long its users live.
// https://developer.hashicorp.com/vault/api-docs/secret/aws#configure-root-credentials and what follows there
import { Type, type Static } from '@sinclair/typebox'
import { formatDurationMs, parseDurationSeconds } from '../../go/durations.js'
import { GoError } from '../../go/values.js'
import { goMap } from '../../json/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LeaseCall, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { laterFields, refuseLater } from '../later-fields.js'
import { askApi } from '../outside-api.js'
import { storedLease, storedRoot, type RootConfig } from './stored.js'

/** Kept and shown; what is made has names in its manner. */
const USERNAME_TEMPLATE = '{{ if (eq .Type "STS") }}{{ printf "vault-%s-%s"  (unix_time) (random 20) | truncate 32 }}' +
  '{{ else }}{{ printf "vault-%s-%s-%s" (printf "%s-%s" (.DisplayName) (.PolicyName) | truncate 42) (unix_time) ' +
  '(random 20) | truncate 64 }}{{ end }}'

const rootFields = Type.Object({
  access_key: field.string({ default: '', description: 'Access key with permission to create new keys.' }),
  secret_key: field.string({ default: '', description: 'Secret key with permission to create new keys.' }),
  region: field.string({ default: '', description: 'Region for API calls.' }),
  iam_endpoint: field.string({ default: '', description: 'Endpoint to custom IAM server URL' }),
  sts_endpoint: field.string({ default: '', description: 'Endpoint to custom STS server URL' }),
  max_retries: field.int({ default: -1, description: 'Maximum number of retries for recoverable exceptions of AWS APIs' }),
  username_template: field.string({ default: '', description: 'Template to generate custom IAM usernames' })
})
const leaseFields = Type.Object({
  lease: field.string({ default: '', description: 'Default lease for roles.' }),
  lease_max: field.string({ default: '', description: 'Maximum time a credential is valid for.' })
})

export const configPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/aws', [
  definePath({
    path: 'config/root',
    summary: 'Configure the root credentials that are used to manage IAM.',
    fields: rootFields,
    operations: { read: readRoot, update: writeRoot }
  }),
  definePath({
    path: 'config/lease',
    summary: 'Configure the default lease information for generated credentials.',
    fields: leaseFields,
    operations: { read: readLease, update: writeLease }
  }),
  definePath({
    path: 'config/rotate-root',
    summary: 'Request to rotate the AWS credentials used by Vault.',
    fields: Type.Object({}),
    operations: { update: rotateRoot }
  })
])

function readRoot (call: Call<unknown>): LogicalResponse | undefined {
  const root = storedRoot(call).value
  return root && {
    data: goMap({
      access_key: root.accessKey,
      iam_endpoint: root.iamEndpoint,
      max_retries: root.maxRetries,
      region: root.region,
      sts_endpoint: root.stsEndpoint,
      username_template: root.usernameTemplate,
      ...laterFields(call, 'aws/config/root')
    })
  }
}

function writeRoot (call: Call<Static<typeof rootFields>>): void {
  const { fields } = call
  refuseLater(call, 'aws/config/root')
  storedRoot(call).put({
    accessKey: fields.access_key,
    secretKey: fields.secret_key,
    region: fields.region,
    iamEndpoint: fields.iam_endpoint,
    stsEndpoint: fields.sts_endpoint,
    maxRetries: fields.max_retries,
    usernameTemplate: fields.username_template || USERNAME_TEMPLATE
  })
}

function readLease (call: Call<unknown>): LogicalResponse | undefined {
  const lease = storedLease(call).value
  const printed = (seconds: number): string => formatDurationMs(seconds * 1000)
  return lease && { data: goMap({ lease: printed(lease.ttlSeconds), lease_max: printed(lease.maxTtlSeconds) }) }
}

function writeLease (call: Call<Static<typeof leaseFields>>): void {
  const { lease, lease_max: max } = call.fields
  if (lease === '') throw invalid("'lease' is a required parameter")
  if (max === '') throw invalid("'lease_max' is a required parameter")
  storedLease(call).put({ ttlSeconds: secondsOf('lease', lease), maxTtlSeconds: secondsOf('lease_max', max) })
}

function secondsOf (name: string, text: string): number {
  try {
    return parseDurationSeconds(text)
  } catch (error) {
    throw error instanceof GoError ? invalid(`Invalid ${name}: ${error.message}`) : error
  }
}

async function rotateRoot (call: Call<unknown>): Promise<LogicalResponse> {
  const root = storedRoot(call).value
  if (root === undefined) throw failure('unable to rotate root: no configuration')
  await askAws(call, 'iam', 'rotate the root credentials').catch((error: unknown) => {
    throw error instanceof GoError ? failure(`error calling GetUser: ${error.message}`) : error
  })
  const { accessKey, secretKey } = newKeys(call)
  storedRoot(call).put({ ...root, accessKey, secretKey })
  return { data: goMap({ access_key: accessKey }) }
}

/** @throws {GoError} `RequestError: send request failed\ncaused by: Post "https://…": dial tcp …` */
export async function askAws (
  call: Pick<LeaseCall, 'cluster' | 'storage' | 'mountPrefix'>, service: 'iam' | 'sts', asked: string
): Promise<void> {
  const root: Partial<RootConfig> = storedRoot(call).value ?? {}
  const own = service === 'iam' ? root.iamEndpoint : root.stsEndpoint
  const address = (own ?? '').replace(/\/+$/, '') || `https://${service}.amazonaws.com`
  await askApi(call.cluster.outside, { system: 'aws', address, asked, method: 'Post', path: '/' }).catch((error: unknown) => {
    if (!(error instanceof GoError)) throw error
    throw new GoError(`RequestError: send request failed\ncaused by: ${error.message}`)
  })
}

/** In the form of Amazon's. @param prefix `AKIA` of users, `ASIA` of what has a token besides */
export function newKeys ({ cluster }: Pick<LeaseCall, 'cluster'>, prefix = 'AKIA'): { accessKey: string, secretKey: string } {
  const random = cluster.random.stream('aws')
  return { accessKey: prefix + random.base62(16).toUpperCase(), secretKey: random.base62(40) }
}
