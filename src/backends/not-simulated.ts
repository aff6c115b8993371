// Mounts of what Vault has built in and this server does not simulate: they can be enabled, tuned, moved and disabled;
// at use they refuse by name.
import { Type } from '@sinclair/typebox'
import { NotSimulated } from '../refusal/index.js'
import type { MountTable } from '../vault/mounts/mounts.js'
import type { Backend, PathDefinition } from '../vault/paths.js'
import { REFUSED } from '../vault/source.js'

/** A backend without paths of its own; logins need no token, so the one who tries hears the reason, too. */
export function notSimulated (table: MountTable, type: string): Backend {
  const refuse = (): never => {
    throw new NotSimulated(`the "${type}" ${table === 'auth' ? 'auth method' : 'secrets engine'}`)
  }
  return { type, paths: table === 'auth' ? [login(refuse)] : [], otherwise: refuse }
}

function login (refuse: () => never): PathDefinition {
  return {
    path: 'login*rest',
    summary: 'Not simulated.',
    fields: Type.Object({}),
    unauthenticated: true,
    checked: false,
    operations: { read: refuse, update: refuse },
    source: REFUSED
  }
}
