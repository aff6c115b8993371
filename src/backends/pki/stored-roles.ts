// The roles that a mount stores, by name.
import { invalid } from '../../refusal/index.js'
import { stored, type PkiContext } from './stored.js'
import type { Role } from './role-form.js'

/** @throws VaultError `unknown role: x` */
export function requireRole (context: PkiContext, name: string): Role {
  const role = stored.roles(context).get(name)
  if (role === undefined) throw invalid(`unknown role: ${name}`)
  return role
}

/** A warning where roles want to be signed by an issuer that is there no more. @param reference empty: none */
export function dereferenced (context: PkiContext, reference: string): string[] {
  if (reference === '') return []
  const count = [...stored.roles(context).entries()].filter(([, role]) => role.issuer_ref === reference).length
  return count === 0 ? [] : [`${count} roles reference ${reference}`]
}
