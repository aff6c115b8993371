// sys/plugins/catalog: what is built in. https://developer.hashicorp.com/vault/api-docs/system/plugins-catalog
import { Type } from '@sinclair/typebox'
import { invalid } from '../../refusal/index.js'
import { goQuote } from '../../go/values.js'
import { goMap, type JsonObject } from '../../json/index.js'
import type { Profile } from '../../profiles/index.js'
import { field } from '../../vault/fields/fields.js'
import { builtinTypes } from '../../vault/mounts/mount-types.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom, NAMED_ONLY } from '../../vault/source.js'
import { noFields } from './mounts/mount-fields.js'
import { builtinVersion } from './mounts/mount-rendering.js'

const type = field.string({ description: 'The type of the plugin, may be auth, secret, or database' })
const typeFields = Type.Object({ type })
const nameFields = Type.Object({
  type,
  name: field.string({ description: 'The name of the plugin' })
})

/** Reading only: plugins of one's own cannot be registered. */
export const pluginsCatalogPaths = knownFrom(NAMED_ONLY, [
  definePath({
    path: 'plugins/catalog',
    summary: 'The plugins of all types.',
    fields: noFields,
    operations: { read: list }
  }),
  definePath({
    path: 'plugins/catalog/:type',
    summary: 'The plugins of a type.',
    fields: typeFields,
    sudo: true,
    operations: { list: listType }
  }),
  definePath({
    path: 'plugins/catalog/:type/:name',
    summary: 'One plugin.',
    fields: nameFields,
    sudo: true,
    operations: { read }
  }),
  definePath({
    path: 'plugins/catalog/*name',
    summary: 'One plugin, by its name alone.',
    fields: Type.Object({ name: nameFields.properties.name }),
    sudo: true,
    operations: { read: readUntyped }
  })
])

function list (call: Call<unknown>): LogicalResponse {
  const names = builtins(call)
  const { profile } = call.cluster
  const detailed = Object.entries(names).flatMap(([kind, list]) => list.map((name) => detail(kind, name, profile)))
  return { data: goMap({ ...names, detailed }) }
}

function listType (call: Call<unknown>): LogicalResponse {
  return { data: goMap({ keys: namesOf(call) }) }
}

function read (call: Call<unknown>): LogicalResponse | undefined {
  const { type: kind = '', name = '' } = call.params
  // the path has room for the three types alone: anything else is a part of the name
  if (!Object.hasOwn(builtins(call), kind)) return deprecated(`${kind}/${name}`)
  if (!namesOf(call).includes(name)) return undefined
  return {
    data: goMap({
      args: [],
      builtin: true,
      command: '',
      deprecation_status: 'supported',
      name,
      sha256: '',
      version: pluginVersion(name, call.cluster.profile)
    })
  }
}

function readUntyped ({ params }: Call<unknown>): LogicalResponse {
  return deprecated(params.name ?? '')
}

/** Without a type nothing can be looked up any more. */
function deprecated (name: string): LogicalResponse {
  const warning = `Deprecated API endpoint, cannot read plugin information from catalog for ${goQuote(name)}`
  return { data: null, warnings: [warning] }
}

function namesOf (call: Call<unknown>): readonly string[] {
  const wanted = call.params.type ?? ''
  const names = Object.entries(builtins(call)).find(([kind]) => kind === wanted)?.[1]
  if (names === undefined) throw invalid(`"${wanted}" is not a supported plugin type`)
  return names
}

function builtins ({ cluster }: Call<unknown>): Readonly<Record<'auth' | 'database' | 'secret', readonly string[]>> {
  const { database } = cluster.profile.builtins
  return { auth: builtinTypes('auth', cluster), database, secret: builtinTypes('mounts', cluster) }
}

function detail (type: string, name: string, profile: Profile): JsonObject {
  return goMap({ builtin: true, deprecation_status: 'supported', name, type, version: pluginVersion(name, profile) })
}

function pluginVersion (name: string, profile: Profile): string {
  return name === 'kv' ? profile.kvPluginVersion : builtinVersion(profile)
}
