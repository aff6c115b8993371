// The auth method `aws`: whoever can sign requests to AWS logs in with one.
// https://developer.hashicorp.com/vault/api-docs/auth/aws
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import type { Backend } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { configPath, namedPaths, type EntryKind } from '../auth-entry-paths.js'
import { loginPath, type AwsClient, type AwsIdentityConfig } from './login.js'
import { awsRoles } from './roles.js'

const client: EntryKind<AwsClient> = {
  summary: 'How AWS is asked.',
  fields: {
    access_key: field.string({ description: 'Who asks.' }),
    allowed_sts_header_values: field.stringList({ description: 'Further headers that requests may have.' }),
    endpoint: field.string({ description: 'EC2.' }),
    iam_endpoint: field.string({ description: 'IAM.' }),
    iam_server_id_header_value: field.string({ description: 'The name of this server that requests are signed with.' }),
    max_retries: field.int({ description: 'How often it is asked again; -1: as the service says.' }),
    secret_key: field.string({ description: 'With which secret.' }),
    sts_endpoint: field.string({ description: 'STS.' }),
    sts_region: field.string({ description: 'The region of STS.' })
  },
  secret: ['secret_key'],
  later: 'auth/aws/config/client',
  initial: {
    access_key: '',
    allowed_sts_header_values: null,
    endpoint: '',
    iam_endpoint: '',
    iam_server_id_header_value: '',
    max_retries: -1,
    secret_key: '',
    sts_endpoint: '',
    sts_region: ''
  },
  plain: true
}

const IAM_ALIASES = ['role_id', 'unique_id', 'canonical_arn', 'full_arn']
const EC2_ALIASES = ['role_id', 'instance_id', 'image_id']

const identity: EntryKind<AwsIdentityConfig & { readonly ec2_alias: string }> = {
  summary: 'What aliases and metadata are made of.',
  fields: {
    ec2_alias: field.string({ description: EC2_ALIASES.join(', ') }),
    ec2_metadata: field.stringList({ description: 'Metadata of instances.' }),
    iam_alias: field.string({ description: IAM_ALIASES.join(', ') }),
    iam_metadata: field.stringList({ description: 'Metadata of identities.' })
  },
  initial: {
    ec2_alias: 'role_id',
    ec2_metadata: ['account_id', 'auth_type'],
    iam_alias: 'role_id',
    iam_metadata: ['account_id', 'auth_type']
  },
  plain: true,
  complete: (entry) => {
    refuseAlias('iam_alias', entry.values.iam_alias, IAM_ALIASES)
    refuseAlias('ec2_alias', entry.values.ec2_alias, EC2_ALIASES)
    return entry
  }
}

function refuseAlias (name: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) throw invalid(`invalid ${name} of "${value}", must be one of: [${allowed.join(' ')}]`)
}

export const awsAuth: Backend = {
  type: 'aws',
  help: () => 'The AWS auth method lets entities of AWS log in: IAM principals with signed requests.',
  paths: knownFrom('https://developer.hashicorp.com/vault/api-docs/auth/aws', [
    configPath(client, { path: 'config/client', deletable: true }),
    configPath(identity, { path: 'config/identity', alwaysThere: true }),
    ...namedPaths(awsRoles, { path: 'role', listedAt: 'roles' }),
    ...namedPaths(awsRoles, { path: 'role' }).slice(0, 1),
    loginPath
  ])
}
