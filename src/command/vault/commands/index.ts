// Every command of the client, once: what runs, what the help lists and what shells complete come from here.
import { AUDIT } from './audit.js'
import { GENERATE_ROOT } from './generate-root.js'
import { KV } from './kv.js'
import { KV_CHANGES } from './kv-changes.js'
import { KV_METADATA } from './kv-metadata.js'
import { LEASE } from './lease.js'
import { LOGICAL } from './logical.js'
import { LOGIN } from './login.js'
import { MOUNTS } from './mounts.js'
import { NAMESPACE } from './namespace.js'
import { OPERATOR } from './operator.js'
import { POLICY } from './policy.js'
import { RAFT } from './raft.js'
import { REKEY } from './rekey.js'
import { STATUS } from './status.js'
import { TOKEN } from './token.js'
import { VERSION } from './version.js'
import type { Command, Group } from '../command.js'

export const COMMANDS: readonly Command[] = [
  ...LOGICAL, ...STATUS, ...LOGIN, ...KV, ...KV_CHANGES, ...KV_METADATA, ...TOKEN, ...POLICY, ...MOUNTS,
  ...AUDIT, ...LEASE, ...NAMESPACE, ...OPERATOR, ...GENERATE_ROOT, ...REKEY, ...RAFT, ...VERSION
]

export const GROUPS: readonly Group[] = [
  { words: 'kv', synopsis: 'Interact with Vault\'s Key-Value storage' },
  { words: 'kv metadata', synopsis: 'Interact with Vault\'s Key-Value storage' },
  { words: 'token', synopsis: 'Interact with tokens' },
  { words: 'policy', synopsis: 'Interact with policies' },
  { words: 'secrets', synopsis: 'Interact with secrets engines' },
  { words: 'auth', synopsis: 'Interact with auth methods' },
  { words: 'audit', synopsis: 'Interact with audit devices' },
  { words: 'lease', synopsis: 'Interact with leases' },
  { words: 'namespace', synopsis: 'Interact with namespaces' },
  { words: 'operator', synopsis: 'Perform operator-specific tasks' },
  { words: 'operator raft', synopsis: 'Interact with Vault\'s raft storage backend' },
  { words: 'operator raft snapshot', synopsis: 'Restores and saves snapshots from the Raft cluster' },
  { words: 'operator raft autopilot', synopsis: 'Interact with autopilot of the raft storage backend' },
  { words: 'print', synopsis: 'Prints runtime configurations' }
]
