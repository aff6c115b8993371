// Paths that keep what an auth method is told: one configuration, or entries by name, whose values are the API's.
import { Type, type TObject, type TProperties } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../json/index.js'
import type { LaterPlace } from '../profiles/index.js'
import { onceSettled, type Eventually } from '../vault/eventually.js'
import { field } from '../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../vault/paths.js'
import { tokenParameterFields, type TokenParameterFields } from '../vault/tokens/token-parameters.js'
import { changeEntry, entriesOf, listEntries, newEntry, oldNameFields, renderEntry, type AuthEntry } from './auth-entries.js'
import { laterFields, refuseLater } from './later-fields.js'

/** What is kept at a path. */
export interface EntryKind<Values extends JsonObject> {
  readonly summary: string
  readonly fields: TProperties
  /** what an entry starts from: a value for each name that is stored */
  readonly initial: Values
  /** values that are never shown */
  readonly secret?: readonly string[]
  /** it is not about tokens */
  readonly plain?: boolean
  /** refuses an entry, or completes it; what it gives is stored */
  readonly complete?: (entry: AuthEntry<Values>, call: Call<object>) => Eventually<AuthEntry<Values>>
  /** what reads show, of what they would */
  readonly show?: (shown: JsonObject, call: Call<object>) => JsonObject
  /** fields of later servers besides */
  readonly later?: LaterPlace
  /** what is said of a write; without it nothing is */
  readonly acknowledge?: () => LogicalResponse
}

type Writing = Call<object & TokenParameterFields>

/** The one entry `config`, or that of another path. @param alwaysThere reads show it before it was written */
export function configPath<Values extends JsonObject> (
  kind: EntryKind<Values>, { path = 'config', alwaysThere = false, deletable = false } = {}
): PathDefinition {
  const area = (call: Call<unknown>) => entriesOf<AuthEntry<Values>>(call, '')
  const operations = operationsOf(kind, area, () => path, alwaysThere)
  const { delete: remove, ...others } = operations
  return definePath({
    path,
    summary: kind.summary,
    fields: fieldsOf(kind),
    exists: (call) => area(call).get(path) !== undefined,
    operations: deletable ? operations : others
  })
}

/** The entry that `configPath` keeps; undefined before it was written. */
export function configIn<Values extends JsonObject> (
  call: Pick<Call<unknown>, 'storage' | 'mountPrefix'>, path = 'config'
): AuthEntry<Values> | undefined {
  return entriesOf<AuthEntry<Values>>(call, '').get(path)
}

/** How entries by name are reached. */
export interface Naming {
  /** `users`, and where they are stored */
  readonly path: string
  /** where they are listed, if not there */
  readonly listedAt?: string
  /** the pattern of names, if not `:name`; it captures `name` */
  readonly pattern?: string
  /** names are lower case */
  readonly nameOf?: (name: string, call: Call<unknown>) => string
}

/** A list of entries, and each of them. */
export function namedPaths<Values extends JsonObject> (
  kind: EntryKind<Values>, { path, listedAt = path, pattern = `${path}/:name`, nameOf = (name) => name }: Naming
): PathDefinition[] {
  const area = (call: Call<unknown>) => entriesOf<AuthEntry<Values>>(call, `${path}/`)
  const nameIn = (call: Call<unknown>): string => nameOf(call.params.name ?? '', call)
  return [
    definePath({
      path: listedAt,
      summary: `Lists them. ${kind.summary}`,
      fields: Type.Object({}),
      operations: { list: listEntries(`${path}/`) }
    }),
    definePath({
      path: pattern,
      summary: kind.summary,
      fields: fieldsOf(kind),
      exists: (call) => area(call).get(nameIn(call)) !== undefined,
      operations: operationsOf(kind, area, nameIn, false)
    })
  ]
}

/** The entry of a name, as `namedPaths` keeps it. */
export function entryNamed<Values extends JsonObject> (
  call: Pick<Call<unknown>, 'storage' | 'mountPrefix'>, path: string, name: string
): AuthEntry<Values> | undefined {
  return entriesOf<AuthEntry<Values>>(call, `${path}/`).get(name)
}

function fieldsOf ({ fields, plain = false }: Pick<EntryKind<JsonObject>, 'fields' | 'plain'>): TObject {
  const ofTokens = plain ? {} : { ...oldNameFields, ...tokenParameterFields }
  return Type.Object({ ...ofTokens, name: field.string({ description: 'Its name.' }), ...fields })
}

function operationsOf<Values extends JsonObject> (
  kind: EntryKind<Values>,
  area: (call: Call<unknown>) => ReturnType<typeof entriesOf<AuthEntry<Values>>>,
  nameIn: (call: Call<unknown>) => string,
  alwaysThere: boolean
): PathDefinition['operations'] {
  const write = (call: Writing): Eventually<LogicalResponse | undefined> => {
    if (kind.later !== undefined) refuseLater(call, kind.later)
    const changed = changeEntry(area(call).get(nameIn(call)) ?? newEntry(kind.initial), call.fields)
    return onceSettled(kind.complete?.(changed, call) ?? changed, (entry) => {
      area(call).put(nameIn(call), entry)
      return kind.acknowledge?.()
    })
  }
  return {
    read: (call: Call<object>) => {
      const entry = area(call).get(nameIn(call)) ?? (alwaysThere ? newEntry(kind.initial) : undefined)
      return entry && { data: shown(kind, entry, call) }
    },
    create: write,
    update: write,
    delete: (call: Call<object>) => { area(call).delete(nameIn(call)) }
  } as PathDefinition['operations']
}

function shown<Values extends JsonObject> (
  { secret = [], plain = false, later, show = (all) => all }: EntryKind<Values>,
  entry: AuthEntry<Values>,
  call: Call<object>
): JsonObject {
  const all = plain ? entry.values : renderEntry(entry, call.cluster.profile)
  const open = Object.entries(all).filter(([name]) => !secret.includes(name))
  const own = show(goMap(Object.fromEntries(open)), call)
  return later === undefined ? own : goMap({ ...own, ...laterFields(call, later) })
}
