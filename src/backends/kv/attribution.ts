// Who wrote, deleted or brought back a secret, as Vault from 1.21 on notes it in KV version 2.
import { createHash } from 'node:crypto'
import { compareBytes, type JsonObject } from '../../json/index.js'
import type { Call } from '../../vault/paths.js'
import type { TokenEntry } from '../../vault/tokens/tokens.js'

/** As stored. */
export type Attribution = JsonObject & {
  /** the token's display name */
  readonly actor: string
  /** `create`, `update`, `patch`, `delete`, `undelete`, `upgrade` */
  readonly operation: string
  readonly entityId: string
  readonly clientId: string
}

const BEFORE_POLICY = '\x7f'
const BEFORE_NAMESPACE = '\0'

/** Undefined where servers of the profile note nothing (recorded of Vault 1.21.4). */
export function attributionOf ({ cluster, token }: Call<unknown>, operation: string): Attribution | undefined {
  if (!cluster.profile.kvAttribution || token === undefined) return undefined
  return { actor: token.displayName, operation, entityId: token.entityId, clientId: clientIdOf(token) }
}

/** The entity, or who has none a hash of their policies (`CreateClientID` of Vault's SDK; recorded for `root`). */
function clientIdOf ({ entityId, policies }: TokenEntry): string {
  if (entityId !== '') return entityId
  const named = [...policies].sort(compareBytes).join(BEFORE_POLICY) + BEFORE_NAMESPACE + 'root'
  return createHash('sha256').update(named).digest('base64')
}

/** Members that are empty are left out; null for nobody. */
export function renderAttribution (attribution: Attribution | undefined): JsonObject | null {
  if (attribution === undefined) return null
  const { actor, operation, entityId, clientId } = attribution
  return {
    ...(actor === '' ? {} : { actor }),
    operation,
    ...(entityId === '' ? {} : { entity_id: entityId }),
    ...(clientId === '' ? {} : { client_id: clientId })
  }
}
