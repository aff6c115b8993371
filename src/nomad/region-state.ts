// What of a region is saved with its world, and putting it back.
import type { JsonValue } from '../json/index.js'
import type { RaftState } from '../raft/raft.js'
import type { AclState } from './acl.js'
import type { StoredAutopilotConfig } from './autopilot.js'
import { Region, type RegionSurroundings } from './region.js'
import type { NomadProfileName } from './profiles.js'
import type { ProcessState } from './server.js'

type SavedServer = { readonly id: string, readonly name: string, readonly host: string, readonly port: number, readonly process: ProcessState }

/** Plain JSON. */
export type RegionState = {
  readonly profile: NomadProfileName
  readonly raftProtocolAs: 'string' | 'number'
  readonly aclEnabled: boolean
  readonly servers: readonly SavedServer[]
  readonly raft: RaftState
  readonly firstTerm: number
  readonly autopilot: StoredAutopilotConfig
  readonly acl: AclState
  /** base64 */
  readonly signingKey: { readonly id: string, readonly publicKey: string }
}

export function saveRegion (region: Region): JsonValue {
  const { profile, raftProtocolAs, acl, servers, raft, firstTerm, autopilot, signingKey } = region
  const state: RegionState = {
    profile: profile.name,
    raftProtocolAs,
    aclEnabled: acl.enabled,
    servers: servers.map(({ id, name, host, httpPort, process }) => ({ id, name, host, port: httpPort, process })),
    raft: raft.save(),
    firstTerm,
    autopilot: { ...autopilot, config: { ...autopilot.config } },
    acl: acl.save(),
    signingKey: { id: signingKey.id, publicKey: signingKey.publicKey.toString('base64') }
  }
  return state as unknown as JsonValue
}

/**
 * The region that a state shows. Listeners stay with their servers, one by one; a server that the state lacks stops.
 *
 * @param before the region of now, if there is one
 */
export function loadRegion (surroundings: RegionSurroundings, saved: JsonValue, before: Region | undefined): Region {
  const state = saved as unknown as RegionState
  const region = new Region(surroundings, { profile: state.profile, raftProtocolAs: state.raftProtocolAs, acl: state.aclEnabled, places: state.servers })
  for (const [i, { id, process }] of state.servers.entries()) {
    const server = region.servers[i]
    if (server === undefined) continue
    server.id = id
    server.takeOver(before?.servers[i], process)
  }
  for (const server of before?.servers.slice(state.servers.length) ?? []) server.process = 'stopped'
  region.signingKey = { id: state.signingKey.id, publicKey: Buffer.from(state.signingKey.publicKey, 'base64') }
  region.autopilot = state.autopilot
  region.acl.load(state.acl)
  region.firstTerm = state.firstTerm
  region.raft.load(state.raft)
  region.gossip.listenAnew()
  return region
}
