// aws/roles: which credentials there are.
// https://developer.hashicorp.com/vault/api-docs/secret/aws#create-update-role and what follows there
import { Type, type Static } from '@sinclair/typebox'
import { goQuote } from '../../go/values.js'
import { multiError } from '../../go/multierror.js'
import { goMap, JsonSyntaxError, parseJson, type JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import type { Call } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { laterFields, refuseLater } from '../later-fields.js'
import { namedEntryPaths } from '../named-entries.js'
import { storedRoles, type AwsRole } from './stored.js'

const USER_PATH_TEXT = 'The specified value for user_path is invalid. It must match ' +
  '"^\\/([\\x21-\\x7F]{0,510}\\/)?$" regexp'
const TYPES = ['iam_user', 'assumed_role', 'federation_token', 'session_token']

const fields = Type.Object({
  name: field.string({ description: 'Name of the role' }),
  credential_type: field.string({ description: `Type of credential to retrieve: ${TYPES.join(', ')}` }),
  role_arns: field.stringList({ description: 'ARNs of AWS roles allowed to be assumed.' }),
  policy_arns: field.stringList({ description: 'ARNs of AWS policies.' }),
  policy_document: field.string({ description: 'JSON-encoded IAM policy document.' }),
  iam_groups: field.stringList({ description: 'Names of IAM groups that generated IAM users will be added to.' }),
  iam_tags: field.keyValue({ description: 'IAM tags to be set for any users created by this role.' }),
  default_sts_ttl: field.durationSeconds({ description: 'Default TTL for credentials of STS' }),
  max_sts_ttl: field.durationSeconds({ description: 'Max allowed TTL for credentials of STS' }),
  permissions_boundary_arn: field.string({ description: 'ARN of an IAM policy to attach as a permissions boundary.' }),
  user_path: field.string({ description: 'Path for IAM User.' })
})

type RoleCall = Call<Static<typeof fields>>

export const rolePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/aws', namedEntryPaths({
  path: 'roles', summary: 'Read, write and reference IAM policies that access keys can be made for.', fields, area: storedRoles, write, render
}))

/** What is left out stays. */
function write (call: RoleCall, old: AwsRole | undefined): AwsRole {
  const { fields: given } = call
  refuseLater(call, 'aws/roles')
  const role = {
    credentialType: given.credential_type ?? old?.credentialType ?? '',
    roleArns: given.role_arns ?? old?.roleArns ?? null,
    policyArns: given.policy_arns ?? old?.policyArns ?? null,
    iamGroups: given.iam_groups ?? old?.iamGroups ?? null,
    iamTags: given.iam_tags ?? old?.iamTags ?? null,
    policyDocument: given.policy_document === undefined ? old?.policyDocument ?? '' : compacted(given.policy_document),
    defaultStsTtlSeconds: given.default_sts_ttl ?? old?.defaultStsTtlSeconds ?? 0,
    maxStsTtlSeconds: given.max_sts_ttl ?? old?.maxStsTtlSeconds ?? 0,
    permissionsBoundaryArn: given.permissions_boundary_arn ?? old?.permissionsBoundaryArn ?? '',
    userPath: given.user_path ?? old?.userPath ?? ''
  }
  const problems = problemsOf(role)
  if (problems.length > 0) {
    throw invalid(`error(s) validating supplied role data: ${goQuote(multiError(problems))}`)
  }
  return role
}

/** Without blanks, its keys in their order: Go's `json.Compact`. */
function compacted (document: string): string {
  if (document === '') return ''
  try {
    parseJson(document, { trailing: 'refuse' })
    return document.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1')
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw invalid(`cannot parse policy document: ${goQuote(document)}`)
  }
}

interface Checked {
  readonly credentialType: string
  readonly roleArns: readonly string[] | null
  readonly defaultStsTtlSeconds: number
  readonly maxStsTtlSeconds: number
  readonly permissionsBoundaryArn: string
  readonly userPath: string
}

/** The texts of the first two are recorded, the others are read. */
function problemsOf (role: Checked): string[] {
  const { credentialType: type, defaultStsTtlSeconds: standard, maxStsTtlSeconds: most } = role
  const isSts = type === 'assumed_role' || type === 'federation_token' || type === 'session_token'
  const problems: readonly (readonly [boolean, string])[] = [
    [type === '', 'did not supply credential_type'],
    [type !== '' && !TYPES.includes(type), `unrecognized credential type: ${type}`],
    [standard !== 0 && !isSts, 'default_sts_ttl parameter only valid for assumed_role, federation_token, and session_token credential types'],
    [most !== 0 && !isSts, 'max_sts_ttl parameter only valid for assumed_role, federation_token, and session_token credential types'],
    [most > 0 && standard > most, '"default_sts_ttl" value must be less than or equal to "max_sts_ttl" value'],
    [role.userPath !== '' && type !== 'iam_user', 'user_path parameter only valid for iam_user credential type'],
    [role.userPath !== '' && !/^\/([\x21-\x7e]{0,510}\/)?$/.test(role.userPath), USER_PATH_TEXT],
    [role.permissionsBoundaryArn !== '' && type !== 'iam_user', 'cannot supply permissions_boundary_arn when credential_type isn\'t iam_user'],
    [(role.roleArns ?? []).length > 0 && type !== 'assumed_role', 'cannot supply role_arns when credential_type isn\'t assumed_role']
  ]
  return problems.flatMap(([applies, text]) => applies ? [text] : [])
}

/** @see recorded: `aws: role, user, read` */
function render (role: AwsRole, call: Call<unknown>): JsonObject {
  return goMap({
    credential_type: role.credentialType,
    default_sts_ttl: role.defaultStsTtlSeconds,
    iam_groups: role.iamGroups,
    iam_tags: role.iamTags,
    max_sts_ttl: role.maxStsTtlSeconds,
    permissions_boundary_arn: role.permissionsBoundaryArn,
    policy_arns: role.policyArns,
    policy_document: role.policyDocument,
    role_arns: role.roleArns,
    user_path: role.userPath,
    ...laterFields(call, 'aws/roles')
  })
}
