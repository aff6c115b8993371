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

/** How many roles have their certificates signed by what is named so. */
export function rolesReferencing (context: PkiContext, issuerRef: string): number {
  return [...stored.roles(context).entries()].filter(([, role]) => role.issuer_ref === issuerRef).length
}
