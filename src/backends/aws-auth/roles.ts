// auth/aws/role: which identities log in, and what their tokens are like.
import type { JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import type { AuthEntry } from '../auth-entries.js'
import type { EntryKind } from '../auth-entry-paths.js'

/** By the names of the API. */
export type AwsRole = JsonObject & {
  readonly auth_type: string
  readonly bound_account_id: readonly string[]
  readonly bound_iam_principal_arn: readonly string[]
  readonly role_id: string
}

const BOUNDS = [
  'account_id', 'ami_id', 'ec2_instance_id', 'iam_instance_profile_arn', 'iam_principal_arn', 'iam_role_arn', 'region',
  'subnet_id', 'vpc_id'
]

const flag = (description: string) => field.bool({ description })
const text = (description: string) => field.string({ description })

export const awsRoles: EntryKind<AwsRole> = {
  summary: 'Who logs in, and what their tokens are like.',
  fields: {
    ...Object.fromEntries(BOUNDS.map((name) =>
      [`bound_${name}`, field.stringList({ description: `Of these: ${name.replaceAll('_', ' ')}.` })])),
    allow_instance_migration: flag('Lets an instance that has moved in again.'),
    auth_type: text('iam or ec2.'),
    disallow_reauthentication: flag('Lets each instance in once.'),
    inferred_aws_region: text('The region of inferred instances.'),
    inferred_entity_type: text('ec2_instance, to infer instances.'),
    resolve_aws_unique_ids: flag('Looks up unique ids behind names.'),
    role_tag: text('The tag that names a role.')
  },
  initial: {
    allow_instance_migration: false,
    auth_type: 'iam',
    bound_account_id: [],
    bound_ami_id: [],
    bound_ec2_instance_id: null,
    bound_iam_instance_profile_arn: [],
    bound_iam_principal_arn: [],
    bound_iam_principal_id: [],
    bound_iam_role_arn: [],
    bound_region: [],
    bound_subnet_id: [],
    bound_vpc_id: [],
    disallow_reauthentication: false,
    inferred_aws_region: '',
    inferred_entity_type: '',
    resolve_aws_unique_ids: true,
    role_id: '',
    role_tag: ''
  },
  complete: (entry, { cluster }) => checked(entry, () => cluster.random.stream('aws').uuid())
}

/** @see recorded: `outside-auth`, aws roles */
function checked (entry: AuthEntry<AwsRole>, newId: () => string): AuthEntry<AwsRole> {
  const { values } = entry
  if (values.auth_type !== 'iam' && values.auth_type !== 'ec2') {
    throw invalid(`unrecognized auth_type: ${values.auth_type}`)
  }
  const isBound = BOUNDS.some((name) => {
    const list = values[`bound_${name}`]
    return Array.isArray(list) && list.length > 0
  })
  if (!isBound) throw invalid('at least one bound parameter should be specified on the role')
  return { ...entry, values: { ...values, role_id: values.role_id === '' ? newId() : values.role_id } }
}
