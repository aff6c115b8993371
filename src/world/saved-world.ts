// A world as readable JSON, and back: saved states, and the files that `--fixture` takes.
import { applyImage, takeImage, type ClusterImage, type NodeImage, type WorldImage } from './world-image.js'
import { checkForm, StateError, STATE_VERSION, type SavedCluster, type SavedNode, type SavedView, type SavedWorld } from './state-schema.js'
import { classOf, entryHash, Storage, Withheld, type StoredValue } from '../cluster/storage.js'
import { goMap, normalized, type JsonObject, type JsonValue } from '../json/index.js'
import type { RaftState } from '../raft/raft.js'
import type { World } from './world.js'

export type { FormProblem } from '../json/form-problems.js'
export { StateError } from './state-schema.js'

/**
 * The whole world: entries, nodes, raft, what is to come, random streams, links. Loaded and saved again it is the same to
 * the byte. How time runs is not part of it, nor are faults and the journal.
 */
export function saveWorld (world: World): JsonValue {
  return printImage(takeImage(world))
}

/**
 * Makes a world what a saved state shows.
 *
 * @throws {StateError} with the path of each field that is wrong and what was expected; nothing has changed then
 */
export function loadWorld (world: World, state: unknown): void {
  applyImage(world, readImage(state))
}

/** An image as JSON; every object whose keys are data has them sorted. */
export function printImage (image: WorldImage): JsonValue {
  const { profile, edition, raftUse, performanceStandbys, handedOut, timeline, network, random } = image
  const storages = new Map(image.clusters.map(({ key, storage }) => [key, storage]))
  return {
    version: STATE_VERSION,
    profile,
    edition,
    raft: raftUse,
    performanceStandbys,
    rootToken: handedOut.rootToken ?? null,
    unsealKeys: handedOut.unsealKeys,
    nowMs: timeline.nowMs,
    nodes: image.nodes.map((node) => printNode(node, storages.get(node.cluster))),
    network: { down: network.down, cuts: network.cuts.map(({ from, to }) => ({ from, to })), delays: network.delays.map(({ from, to, delayMs }) => ({ from, to, delayMs })) },
    events: timeline.events.map(({ atMs, kind, urgency, ids }) => ({ atMs, kind, urgency, ids: goMap(ids) })),
    random: { seed: random.seed, streams: goMap(random.streams) },
    parts: goMap(Object.fromEntries([...image.parts].map(([name, state]) => [name, normalized(state)]))),
    clusters: image.clusters.map(printCluster)
  }
}

function printNode (node: NodeImage, storage: Storage | undefined): JsonObject {
  const { id, cluster, apiAddr, clusterAddr, process, sealed, joinPending, removed, nonVoter, upgradeVersion, activeSinceAtMs, unsealProgress, sealConfig, view } = node
  return {
    id,
    cluster,
    apiAddr,
    clusterAddr,
    process,
    sealed,
    joinPending,
    removed,
    nonVoter,
    upgradeVersion,
    activeSinceAtMs,
    unsealProgress: { nonce: unsealProgress.nonce, shares: unsealProgress.shares },
    sealConfig: sealConfig === undefined ? null : { shares: sealConfig.shares, threshold: sealConfig.threshold },
    view: view === undefined || storage === undefined ? null : printView(view, storage)
  }
}

function printCluster (cluster: ClusterImage): JsonObject {
  const { key, label, nodeIds, rootKey, raft, challenges, rootGeneration, rekey, keptSnapshots, storage } = cluster
  const kept = [...keptSnapshots].map(([name, files]) => [name, files.map(({ fileName, bytes }) => ({ fileName, bytes: Buffer.from(bytes).toString('base64') }))])
  return {
    key,
    label,
    nodes: nodeIds,
    rootKey: rootKey?.toString('base64') ?? null,
    raft: printRaft(raft),
    challenges: goMap(Object.fromEntries(challenges)),
    rootGeneration: normalized(rootGeneration as JsonObject | undefined ?? null),
    rekey: normalized(rekey as JsonObject | undefined ?? null),
    keptSnapshots: goMap(Object.fromEntries(kept) as Record<string, JsonValue>),
    ...printStorage(storage.stored(), storage)
  }
}

function printRaft ({ peers, servers, lastElection, ...state }: RaftState): JsonObject {
  return {
    ...state,
    servers: servers.map(({ id, address, suffrage, permanentNonVoter }) => ({ id, address, suffrage, permanentNonVoter })),
    lastElection: normalized(lastElection as JsonObject | null),
    peers: normalized(peers as JsonObject)
  }
}

function printStorage (stored: Iterable<readonly [string, StoredValue]>, storage: Storage): JsonObject {
  const entries = Object.create(null) as Record<string, JsonValue>
  const withheld = Object.create(null) as Record<string, JsonValue>
  for (const [path, value] of stored) {
    if (value instanceof Withheld) withheld[path] = value.hash
    else entries[path] = normalized(value)
  }
  const writes = { replicated: storage.writes('replicated'), local: storage.writes('local'), own: storage.writes('own') }
  return { writes, withheld, entries }
}

/** What is different in a view; entries are the same where their hashes are. */
function printView (view: Storage, storage: Storage): JsonObject {
  const differing = [...view.stored()].filter(([path, value]) => {
    const other = storage.tree.get(path)
    return other !== value && (other === undefined || entryHash(path, other) !== entryHash(path, value))
  })
  const missing = [...storage.paths()].filter((path) => !view.tree.has(path))
  return { ...printStorage(differing, view), missing }
}

/**
 * The image that a saved state shows.
 *
 * @throws {StateError}
 */
export function readImage (state: unknown): WorldImage {
  const saved = checkForm(state)
  checkReferences(saved)
  const clusters = saved.clusters.map(readCluster)
  const storages = new Map(clusters.map(({ key, storage }) => [key, storage]))
  return {
    profile: saved.profile,
    edition: saved.edition,
    raftUse: saved.raft,
    performanceStandbys: saved.performanceStandbys,
    handedOut: { rootToken: saved.rootToken ?? undefined, unsealKeys: saved.unsealKeys },
    timeline: { nowMs: saved.nowMs, events: saved.events },
    random: saved.random,
    network: saved.network,
    clusters,
    nodes: saved.nodes.map((node) => readNode(node, storages.get(node.cluster) as Storage)),
    parts: new Map(Object.entries(saved.parts) as [string, JsonValue][])
  }
}

function readCluster (saved: SavedCluster): ClusterImage {
  const { key, label, nodes, rootKey, raft, challenges, rootGeneration, rekey, keptSnapshots, writes } = saved
  const storage = new Storage(storedOf(saved))
  storage.restoreWrites(writes)
  const kept = Object.entries(keptSnapshots).map(([name, files]) => [name, files.map(({ fileName, bytes }) => ({ fileName, bytes: Buffer.from(bytes, 'base64') }))] as const)
  return {
    key,
    label,
    nodeIds: nodes,
    storage,
    raft: raft as unknown as RaftState,
    challenges: new Map(Object.entries(challenges)),
    rootGeneration: (rootGeneration ?? undefined) as ClusterImage['rootGeneration'],
    rekey: (rekey ?? undefined) as ClusterImage['rekey'],
    keptSnapshots: new Map(kept),
    rootKey: rootKey === null ? undefined : Buffer.from(rootKey, 'base64')
  }
}

function * storedOf ({ entries, withheld }: Pick<SavedCluster, 'entries' | 'withheld'>): Generator<readonly [string, StoredValue]> {
  for (const [path, value] of Object.entries(entries)) yield [path, value as JsonValue]
  for (const [path, hash] of Object.entries(withheld)) yield [path, new Withheld(hash)]
}

function readNode (saved: SavedNode, storage: Storage): NodeImage {
  return { ...saved, sealConfig: saved.sealConfig ?? undefined, view: saved.view === null ? undefined : readView(saved.view, storage) }
}

function readView (saved: SavedView, storage: Storage): Storage {
  const view = storage.clone()
  for (const path of saved.missing) view.delete(path)
  for (const [path, value] of storedOf(saved)) view.put(path, value)
  view.restoreWrites(saved.writes)
  return view
}

/** @throws {StateError} where a name leads nowhere */
function checkReferences ({ clusters, nodes }: SavedWorld): void {
  const keys = new Set(clusters.map(({ key }) => key))
  const problems = [
    ...nodes.filter(({ cluster }) => !keys.has(cluster)).map((node) => ({ path: `/nodes/${nodes.indexOf(node)}/cluster`, expected: `the key of a cluster (${[...keys].join(', ')})`, found: JSON.stringify(node.cluster) })),
    ...clusters.flatMap((cluster, i) => problemsOf(cluster, `/clusters/${i}`, nodes))
  ]
  if (problems.length > 0) throw new StateError(problems)
}

function problemsOf ({ key, nodes: ids, raft, entries }: SavedCluster, path: string, nodes: readonly SavedNode[]): { path: string, expected: string, found: string }[] {
  const members = nodes.filter(({ cluster }) => cluster === key).map(({ id }) => id)
  const servers = raft.servers.map(({ id }) => id)
  const misplaced = Object.keys(entries).filter((entry) => !hasClass(entry))
  return [
    ...(sameSet(ids, members) ? [] : [{ path: `${path}/nodes`, expected: `the ids of its nodes (${members.join(', ')})`, found: ids.join(', ') }]),
    ...(raft.leaderId === null || servers.includes(raft.leaderId) ? [] : [{ path: `${path}/raft/leaderId`, expected: `the id of a raft server (${servers.join(', ')})`, found: JSON.stringify(raft.leaderId) }]),
    ...servers.filter((id) => raft.peers[id] === undefined).map((id) => ({ path: `${path}/raft/peers/${id}`, expected: 'an object', found: 'nothing' })),
    ...misplaced.map((entry) => ({ path: `${path}/entries/${entry}`, expected: 'a path that begins with replicated/, local/ or own/', found: JSON.stringify(entry) }))
  ]
}

function sameSet (a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && new Set([...a, ...b]).size === a.length
}

function hasClass (path: string): boolean {
  try {
    classOf(path)
    return true
  } catch { return false }
}
