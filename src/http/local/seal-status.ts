// sys/seal-status, sys/unseal, sys/seal, sys/init.
import { Type, type Static } from '@sinclair/typebox'
import type { Node } from '../../cluster/node.js'
import { initialize, sealNode, unseal } from '../../cluster/seal.js'
import { sendEmpty } from '../answer.js'
import { goStruct, member } from '../struct-bodies.js'
import { tokenOf } from '../request-headers.js'
import { nodeOf } from '../addressee.js'
import { versionOf } from '../../profiles/index.js'
import { VaultError } from '../../refusal/index.js'
import { initializeVault } from '../../vault/initialize.js'
import { requireSudo } from '../../vault/authentication.js'
import { localPlugin, WRITES } from './local-plugin.js'

const SealStatus = Type.Object({
  type: Type.Literal('shamir'),
  initialized: Type.Boolean(),
  sealed: Type.Boolean(),
  t: Type.Integer(),
  n: Type.Integer(),
  progress: Type.Integer(),
  nonce: Type.String(),
  version: Type.String(),
  build_date: Type.String(),
  migration: Type.Boolean(),
  cluster_name: Type.Optional(Type.String()),
  cluster_id: Type.Optional(Type.String()),
  recovery_seal: Type.Boolean(),
  storage_type: Type.Union([Type.Literal('raft'), Type.Literal('inmem')]),
  removed_from_cluster: Type.Optional(Type.Boolean())
}, { additionalProperties: false })

/** Key shares in both spellings. */
export const KEY_SHARES = { keys: Type.Array(Type.String()), keys_base64: Type.Array(Type.String()) }

const Initialized = Type.Object({ initialized: Type.Boolean() }, { additionalProperties: false })
const InitAnswer = Type.Object({ ...KEY_SHARES, root_token: Type.String() }, { additionalProperties: false })

const InitRequest = goStruct({
  secret_shares: member.int(),
  secret_threshold: member.int(),
  stored_shares: member.int(),
  pgp_keys: member.strings(),
  recovery_shares: member.int(),
  recovery_threshold: member.int(),
  recovery_pgp_keys: member.strings(),
  root_token_pgp_key: member.string()
}, { goName: 'InitRequest', emptyBody: 'EOF' })

const UnsealRequest = goStruct(
  { key: member.string(), reset: member.bool(), migrate: member.bool() },
  { goName: 'UnsealRequest', emptyBody: 'EOF' }
)

const PAGES = 'https://developer.hashicorp.com/vault/api-docs/system/'

export const sealPlugin = localPlugin((app) => {
  const status = { response: { 200: SealStatus } }
  app.get('/v1/sys/seal-status', { schema: status }, (request) => renderSealStatus(nodeOf(request)))

  app.get('/v1/sys/init', { config: { source: `${PAGES}init` }, schema: { response: { 200: Initialized } } }, (request) => {
    return { initialized: nodeOf(request).initialized }
  })

  const init = { body: InitRequest, response: { 200: InitAnswer } }
  app.route({
    method: WRITES,
    url: '/v1/sys/init',
    config: { source: `${PAGES}init` },
    schema: init,
    handler: (request) => writeInit(nodeOf(request), request.body)
  })

  app.route({
    method: WRITES,
    url: '/v1/sys/unseal',
    config: { source: `${PAGES}unseal` },
    schema: { body: UnsealRequest, ...status },
    handler (request) {
      const { key = '', reset = false, migrate = false } = request.body
      unseal(nodeOf(request), { key, reset, migrate })
      return renderSealStatus(nodeOf(request))
    }
  })

  app.route({
    method: WRITES,
    url: '/v1/sys/seal',
    config: { source: `${PAGES}seal` },
    handler (request, reply) {
      writeSeal(nodeOf(request), tokenOf(request.headers))
      sendEmpty(reply)
    }
  })
}, { source: `${PAGES}seal-status` })

function renderSealStatus (node: Node): Static<typeof SealStatus> {
  const { cluster } = node
  const { profile, edition } = cluster
  const { sealConfig, unsealProgress } = node
  return {
    type: 'shamir',
    initialized: node.initialized,
    sealed: node.sealed,
    t: sealConfig?.threshold ?? 0,
    n: sealConfig?.shares ?? 0,
    progress: unsealProgress.shares.length,
    nonce: unsealProgress.nonce,
    version: versionOf(profile, edition),
    build_date: profile.buildDate,
    migration: false,
    cluster_name: node.sealed ? undefined : cluster.identity?.name,
    cluster_id: node.sealed ? undefined : cluster.identity?.id,
    recovery_seal: false,
    storage_type: cluster.surroundings.raftUse === 'storage' ? 'raft' : 'inmem',
    removed_from_cluster: profile.removedFromCluster && cluster.raftUse !== 'none' ? node.removed : undefined
  }
}

function writeInit (node: Node, body: Static<typeof InitRequest>): Static<typeof InitAnswer> {
  const { secret_shares: shares = 0, secret_threshold: threshold = 0, pgp_keys: pgpKeys = [] } = body
  if ((body.recovery_shares ?? 0) !== 0 || (body.recovery_threshold ?? 0) !== 0) {
    throw new VaultError('invalid', 'parameters recovery_shares,recovery_threshold not applicable to seal type shamir')
  }
  const keys = initialize(node, { shares, threshold, pgpKeyCount: pgpKeys.length })
  const rootToken = initializeVault(node)
  return { ...renderKeys(keys), root_token: rootToken }
}

export function renderKeys (keys: readonly Uint8Array[]): { keys: string[], keys_base64: string[] } {
  const buffers = keys.map((key) => Buffer.from(key))
  return { keys: buffers.map((key) => key.toString('hex')), keys_base64: buffers.map((key) => key.toString('base64')) }
}

/** Already sealed: nothing to do, without a look at the token. Not every product seals a standby. */
function writeSeal (node: Node, clientToken: string): void {
  if (node.sealed) return
  requireSudo(node, 'sys/seal', clientToken)
  if (!node.isActive && !node.cluster.profile.sealsStandbys) {
    throw new VaultError('failure', 'vault cannot seal when in standby mode; please restart instead', false)
  }
  node.telemetry.note('vault.core.seal-with-request')
  sealNode(node)
}
