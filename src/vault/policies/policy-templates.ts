// Templates in the paths of policies: `{{identity.entity.id}}` and the like.
import { isMap } from '../../go/values.js'
import type { JsonValue } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import type { Entity, Identity } from '../identity.js'
import type { Group } from '../identity-groups.js'
import { memoize } from '../memo.js'

/** What a directive such as `identity.entity.name` stands for; undefined if there is nothing. */
export type TemplateValues = (directive: string) => string | undefined

/**
 * Whether a path has templates.
 *
 * @throws VaultError `unbalanced templating characters`
 */
export function isTemplated (path: string): boolean {
  const [head = '', ...rest] = path.split('{{')
  if (head.includes('}}') || rest.some((piece) => piece.split('}}').length !== 2)) {
    throw invalid('failed to validate policy templating: unbalanced templating characters')
  }
  return rest.length > 0
}

/** The path with its templates filled; undefined if one of them cannot be. */
export function fillTemplates (path: string, values: TemplateValues): string | undefined {
  const [head = '', ...rest] = path.split('{{')
  let filled = head
  for (const piece of rest) {
    const [directive = '', tail = ''] = piece.split('}}')
    const value = values(directive.trim())
    if (value === undefined) return undefined
    filled += value + tail
  }
  return filled
}

/** For callers without an entity: no template can be filled. */
export const NO_VALUES: TemplateValues = () => undefined

/** An entity in some groups, with the values that follow from all of them; kept as long as they. */
class Values {
  /** the entity in one more group */
  readonly with = memoize((group: Group) => new Values(this.#entity, [...this.#groups, group]))
  readonly #entity: Entity
  readonly #groups: readonly Group[]

  constructor (entity: Entity, groups: readonly Group[]) {
    this.#entity = entity
    this.#groups = groups
  }

  readonly of: TemplateValues = (directive) => {
    const ofGroups = after(directive, 'identity.groups.')
    return ofGroups === undefined ? entityValue(this.#entity, directive) : groupValue(this.#groups, ofGroups)
  }
}

const withoutGroups = memoize((entity: Entity) => new Values(entity, []))

/** The same function for the same stored entity in the same groups, so that what is built with it can be kept. */
export function templateValuesOf ({ entity, direct, inherited }: Identity): TemplateValues {
  if (entity === undefined) return NO_VALUES
  return [...direct, ...inherited].reduce((values, group) => values.with(group), withoutGroups(entity)).of
}

/** `ids.<id>.name`, `names.<name>.id`, `.metadata.<key>` of either; of all groups the entity is in, however deep. */
function groupValue (groups: readonly Group[], part: string): string | undefined {
  const [, by, accessor, member = ''] = /^(ids|names)\.([^.]*)\.(.+)$/s.exec(part) ?? []
  const group = groups.find(({ id, name }) => accessor === (by === 'ids' ? id : name))
  if (group === undefined) return undefined
  if (member === 'id' || member === 'name') return group[member]
  const key = after(member, 'metadata.')
  return key === undefined ? undefined : textOf(group.metadata, key)
}

function entityValue (entity: Entity, directive: string): string | undefined {
  if (directive === 'identity.entity.id') return entity.id
  if (directive === 'identity.entity.name') return entity.name
  const metadataKey = after(directive, 'identity.entity.metadata.')
  if (metadataKey !== undefined) return textOf(entity.metadata, metadataKey)
  const aliasPart = after(directive, 'identity.entity.aliases.')
  return aliasPart === undefined ? undefined : aliasValue(entity, aliasPart)
}

/** `<mount accessor>.name`, `.id`, `.metadata.<key>`, `.custom_metadata.<key>`. */
function aliasValue (entity: Entity, part: string): string | undefined {
  const dot = part.indexOf('.')
  const alias = entity.aliases.find(({ mountAccessor }) => mountAccessor === part.slice(0, dot))
  if (dot < 0 || alias === undefined) return undefined
  const member = part.slice(dot + 1)
  if (member === 'id' || member === 'name') return alias[member]
  const [, map, key] = /^(metadata|custom_metadata)\.(.+)$/s.exec(member) ?? []
  if (key === undefined) return undefined
  return textOf(map === 'metadata' ? alias.metadata : alias.customMetadata, key)
}

function textOf (map: JsonValue | undefined, key: string): string | undefined {
  const value = isMap(map) && Object.hasOwn(map, key) ? map[key] : undefined
  return typeof value === 'string' ? value : undefined
}

function after (text: string, prefix: string): string | undefined {
  return text.startsWith(prefix) ? text.slice(prefix.length) : undefined
}
