// The auth method `aws`: whoever can sign requests to AWS logs in with one.
// https://developer.hashicorp.com/vault/api-docs/auth/aws
import { goQuote } from '../../go/values.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import type { Backend } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { configPath, namedPaths, type EntryKind } from '../auth-entry-paths.js'
import { checkedMetadata, type AuthMetadata } from '../auth-metadata.js'
import { instanceConfigPaths } from './instance-config.js'
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

const IAM_ALIASES = ['role_id', 'unique_id', 'full_arn', 'canonical_arn']
const EC2_ALIASES = ['role_id', 'instance_id', 'image_id']

const USUAL_METADATA = ['account_id', 'auth_type']
const IAM_METADATA: AuthMetadata = {
  usual: USUAL_METADATA,
  further: [
    'canonical_arn', 'client_arn', 'client_user_id', 'inferred_aws_region', 'inferred_entity_id', 'inferred_entity_type',
    'inferred_hostname'
  ]
}
const EC2_METADATA: AuthMetadata = { usual: USUAL_METADATA, further: ['ami_id', 'instance_id', 'region'] }

type IdentityConfig = AwsIdentityConfig & { readonly ec2_alias: string, readonly ec2_metadata: readonly string[] }

const identity: EntryKind<IdentityConfig> = {
  summary: 'What aliases and metadata are made of.',
  fields: {
    ec2_alias: field.string({ description: EC2_ALIASES.join(', ') }),
    ec2_metadata: field.stringList({ description: 'Metadata of instances.' }),
    iam_alias: field.string({ description: IAM_ALIASES.join(', ') }),
    iam_metadata: field.stringList({ description: 'Metadata of identities.' })
  },
  initial: {
    ec2_alias: 'role_id',
    ec2_metadata: USUAL_METADATA,
    iam_alias: 'role_id',
    iam_metadata: USUAL_METADATA
  },
  plain: true,
  complete: (entry) => {
    refuseAlias('iam_alias', entry.values.iam_alias, IAM_ALIASES)
    refuseAlias('ec2_alias', entry.values.ec2_alias, EC2_ALIASES)
    const iam = checkedMetadata(entry.values.iam_metadata, IAM_METADATA)
    const ec2 = checkedMetadata(entry.values.ec2_metadata, EC2_METADATA)
    return { ...entry, values: { ...entry.values, iam_metadata: iam, ec2_metadata: ec2 } }
  }
}

function refuseAlias (name: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return
  throw invalid(`${name} of ${goQuote(value)} not in set of allowed values: [${allowed.join(' ')}]`)
}

export const awsAuth: Backend = {
  type: 'aws',
  help: () => 'The AWS auth method lets entities of AWS log in: IAM principals with signed requests.',
  paths: knownFrom('https://developer.hashicorp.com/vault/api-docs/auth/aws', [
    configPath(client, { path: 'config/client', deletable: true }),
    configPath(identity, { path: 'config/identity', alwaysThere: true }),
    ...instanceConfigPaths,
    ...namedPaths(awsRoles, { path: 'role', listedAt: 'roles' }),
    ...namedPaths(awsRoles, { path: 'role' }).slice(0, 1),
    loginPath
  ])
}
