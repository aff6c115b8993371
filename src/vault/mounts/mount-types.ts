// The catalogue: which types of secrets engines and auth methods a server has built in.
import { editionOf, profiles, type Edition, type Profile } from '../../profiles/index.js'
import { invalid } from '../../refusal/index.js'
import type { MountTable } from './mounts.js'

/** Types of which a cluster has exactly one, mounted by itself. */
const SINGLETONS: readonly string[] = [
  'cubbyhole', 'identity', 'ns_cubbyhole', 'ns_identity', 'ns_system', 'ns_token', 'system', 'token'
]

/** Mounted without being plugins. */
const NO_PLUGINS: readonly string[] = ['generic', 'database']

/** Whose catalogue it is. */
export interface CatalogueOwner { readonly profile: Profile, readonly edition: Edition }

/** Whether a cluster has exactly one mount of this type. */
export function isSingleton (type: string): boolean {
  return SINGLETONS.includes(type)
}

/** The builtin plugins of a kind, sorted, as the catalogue lists them. */
export function builtinTypes (table: MountTable, { profile, edition }: CatalogueOwner): string[] {
  const kind = table === 'auth' ? 'auth' : 'secret'
  const { [kind]: all, enterprise } = profile.builtins
  return editionOf(profile, edition) === 'ent' ? [...all, ...enterprise[kind]].sort() : [...all]
}

/** Every type that a mount of a saved world can be of. */
export function allTypes (): string[] {
  const builtin = Object.values(profiles).flatMap((profile) => [
    ...builtinTypes('mounts', { profile, edition: 'ent' }), ...builtinTypes('auth', { profile, edition: 'ent' })
  ])
  return [...new Set([...SINGLETONS, ...NO_PLUGINS, ...builtin])]
}

/**
 * Refuses what cannot be mounted.
 *
 * @throws VaultError `plugin not found in the catalog: …`
 */
export function checkType (table: MountTable, type: string, owner: CatalogueOwner): void {
  if (table === 'mounts' && NO_PLUGINS.includes(type)) return
  if (!builtinTypes(table, owner).includes(type)) throw invalid(`plugin not found in the catalog: ${type}`)
}
