// auth/gcp/role: who logs in, and what their tokens are like.
import { Type, type Static } from '@sinclair/typebox'
import { goQuote } from '../../go/values.js'
import { goMap, type JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { entriesOf, type AuthEntry } from '../auth-entries.js'
import type { EntryKind } from '../auth-entry-paths.js'

export type GcpRole = JsonObject & {
  readonly add_group_aliases: boolean
  readonly allow_gce_inference: boolean
  readonly bound_instance_groups: readonly string[]
  /** `key:value` */
  readonly bound_labels: readonly string[]
  readonly bound_projects: readonly string[] | null
  readonly bound_regions: readonly string[]
  readonly bound_service_accounts: readonly string[] | null
  readonly bound_zones: readonly string[]
  readonly max_jwt_exp: number
  readonly role_id: string
  readonly type: string
}

const OF_INSTANCES = ['bound_instance_groups', 'bound_labels', 'bound_regions', 'bound_zones']
const OF_ACCOUNTS = ['allow_gce_inference', 'max_jwt_exp']
const NO_BOUNDS = { bound_instance_groups: [], bound_labels: [], bound_regions: [], bound_zones: [] }

/** Roles are found by their names in lower case. */
export const roleKey = (name: string): string => name.toLowerCase()

export const gcpRoles: EntryKind<GcpRole> = {
  summary: 'Who logs in, and what their tokens are like.',
  fields: {
    add_group_aliases: field.bool({ description: 'Adds the project and its folders as groups.' }),
    allow_gce_inference: field.bool({ description: 'Lets instances in as their service account.' }),
    bound_instance_groups: field.stringList({ description: 'Groups of instances.' }),
    bound_labels: field.stringList({ description: 'Labels of instances, key:value.' }),
    bound_projects: field.stringList({ description: 'Projects of which service accounts are.' }),
    bound_regions: field.stringList({ description: 'Regions of instances.' }),
    bound_service_accounts: field.stringList({ description: 'Addresses of service accounts, or *.' }),
    bound_zones: field.stringList({ description: 'Zones of instances.' }),
    max_jwt_exp: field.durationSeconds({ description: 'How long tokens may be good for.' }),
    project_id: field.string({ description: 'Deprecated, use bound_projects.' }),
    service_accounts: field.stringList({ description: 'Deprecated, use bound_service_accounts.' }),
    type: field.string({ description: 'iam or gce.' })
  },
  initial: {
    add_group_aliases: false,
    allow_gce_inference: true,
    ...NO_BOUNDS,
    bound_projects: null,
    bound_service_accounts: null,
    max_jwt_exp: 900,
    role_id: '',
    type: ''
  },
  complete: (entry, call) => {
    refuseOtherFields(entry.values.type, call.fields)
    const values = { ...entry.values, ...byOlderNames(call.fields) }
    refuseContradictions(values)
    const { role_id: id } = values
    const uuid = id === '' ? call.cluster.random.stream('gcp').uuid() : id
    return { ...entry, values: { ...values, role_id: uuid } }
  },
  show,
  acknowledge: () => ({ data: null })
}

interface Renamed {
  readonly bound_projects?: readonly string[]
  readonly bound_service_accounts?: readonly string[]
  readonly project_id?: string
  readonly service_accounts?: readonly string[]
}

/** @see `gcpRole.updateRole` of the plugin's sources, whose warnings of them are lost on the way */
function byOlderNames (given: Renamed): Partial<GcpRole> {
  const { bound_projects: projects, project_id: project } = given
  const { bound_service_accounts: accounts, service_accounts: older } = given
  if (projects !== undefined && project !== undefined) throw invalid("only one of 'bound_projects' or 'project_id' can be given")
  return {
    ...(project !== undefined && { bound_projects: [project] }),
    ...(accounts === undefined && older !== undefined && { bound_service_accounts: older })
  }
}

/** @see `checkInvalidRoleTypeArgs` of the plugin's sources */
function refuseOtherFields (type: string, given: object): void {
  const others = type === 'gce' ? OF_ACCOUNTS : OF_INSTANCES
  const wrong = others.filter((name) => Object.hasOwn(given, name))
  if (wrong.length > 0) throw invalid(`invalid args found for role of type ${type}: ${wrong.join(', ')}`)
}

/** @see `gcpRole.validate` of the plugin's sources */
function refuseContradictions (role: GcpRole): void {
  const { type, bound_service_accounts: accounts } = role
  if (type === '') throw invalid('role type cannot be empty')
  if (type === 'gce') refuseGroupsAlone(role)
  else if (type !== 'iam') throw invalid(`role type '${type}' is invalid`)
  else if (accounts === null || accounts.length === 0) {
    throw invalid('IAM role type must have at least one service account')
  } else if (accounts.length > 1 && accounts.includes('*')) {
    throw invalid("cannot provide IAM service account wildcard '*' (for all service accounts) with other service accounts")
  } else if (role.max_jwt_exp > 3600) throw invalid('max_jwt_exp cannot be more than 60 minutes')
}

function refuseGroupsAlone (role: GcpRole): void {
  const { bound_instance_groups: groups, bound_labels: labels, bound_regions: regions, bound_zones: zones } = role
  const bad = labels.filter((label) => !isLabel(label))
  if (bad.length > 0) throw invalid(`invalid labels given: [${bad.map(goQuote).join(' ')}]`)
  if (groups.length > 0 && regions.length + zones.length === 0) {
    throw invalid('region or zone information must be specified if an instance group is given')
  }
}

function isLabel (text: string): boolean {
  return /^[^:]+:[^:]*$/.test(text)
}

function labelsOf (texts: readonly string[]): JsonObject {
  return goMap(Object.fromEntries(texts.map((text) => text.split(':', 2))))
}

function show (shown: JsonObject): JsonObject {
  const hidden = shown.type === 'gce' ? OF_ACCOUNTS : OF_INSTANCES
  const { bound_labels: labels, ...others } = shown
  const all = { ...others, ...(Array.isArray(labels) && { bound_labels: labelsOf(labels.map(String)) }) }
  return goMap(Object.fromEntries(Object.entries(all).filter(([name, value]) => {
    return !hidden.includes(name) && !(name.startsWith('bound_') && Object.keys(value ?? {}).length === 0)
  })))
}

const editFields = Type.Object({
  add: field.stringList({ description: 'What is added.', default: [] }),
  remove: field.stringList({ description: 'What is taken away.', default: [] })
})

/** What one path adds to roles of one type, and takes from them. */
interface Edit {
  readonly path: string
  readonly type: 'iam' | 'gce'
  readonly attribute: string
  readonly change: (role: GcpRole, add: readonly string[], remove: readonly string[]) => Partial<GcpRole>
}

const EDITS: readonly Edit[] = [
  {
    path: 'service-accounts',
    type: 'iam',
    attribute: 'service_accounts',
    change: ({ bound_service_accounts: known }, add, remove) =>
      ({ bound_service_accounts: [...new Set([...known ?? [], ...add])].filter((name) => !remove.includes(name)) })
  },
  {
    path: 'labels',
    type: 'gce',
    attribute: 'labels',
    change: ({ bound_labels: known }, add, remove) => {
      const bad = add.filter((label) => !isLabel(label))
      if (bad.length > 0) throw invalid(`given invalid labels to add: [${bad.map(goQuote).join(' ')}]`)
      const all = Object.entries({ ...labelsOf(known), ...labelsOf(add) }).filter(([key]) => !remove.includes(key))
      return { bound_labels: all.map(([key, value]) => `${key}:${String(value)}`) }
    }
  }
]

/** `role/:name/service-accounts` and `role/:name/labels`. */
export const boundEdits: readonly PathDefinition[] = EDITS.map((edit) => definePath({
  path: `role/:name/${edit.path}`,
  summary: `Adds to what a role of the type ${edit.type} is bound to, or takes away.`,
  fields: editFields,
  operations: { update: (call) => editRole(call, edit) }
}))

function editRole (call: Call<Static<typeof editFields>>, edit: Edit): LogicalResponse {
  const { add, remove } = call.fields
  if (add.length + remove.length === 0) throw invalid('must provide at least one value to add or remove')
  const roles = entriesOf<AuthEntry<GcpRole>>(call, 'role/')
  const name = roleKey(call.params.name ?? '')
  const role = roles.get(name)
  if (role === undefined) throw invalid(`role ${goQuote(name)} not found`)
  const { type } = role.values
  if (type !== edit.type) {
    const wanted = `(expected role type: '${edit.type}')`
    throw invalid(`role is type '${type}', cannot edit attribute '${edit.attribute}' ${wanted}`)
  }
  const values = { ...role.values, ...edit.change(role.values, add, remove) }
  refuseContradictions(values)
  roles.put(name, { ...role, values })
  return { data: null }
}
