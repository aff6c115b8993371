// The only place where worlds are made: of options, or of a state; for the command, in code, over HTTP, as a fork.
import type { FastifyBaseLogger } from 'fastify'
import { Controls } from '../control/controls.js'
import type { JournalOptions } from '../control/journal.js'
import { retryJoin } from '../http/join.js'
import { fetchOutside } from '../http/outside-fetch.js'
import { outreach } from '../http/replication-outreach.js'
import { joinAsConfigured } from '../cluster/retry-join.js'
import { defaultPlaces, SAMPLE_PLACES } from '../nomad/places.js'
import { relocated } from '../world/addresses.js'
import { BlueprintError, labelsIn, placesIn, usualAddress, type Blueprint, type Place } from '../world/blueprint.js'
import { FIXTURE_CLUSTERS, FIXTURES } from '../world/fixtures/index.js'
import { restartProcesses } from '../world/return.js'
import { applyStartingData } from '../world/starting-data.js'
import { NodeFiles } from './node-files.js'
import { World, type HandedOut } from '../world/world.js'

/** What a world has around it. */
export interface Around {
  /** resolves once the world's listeners are open or shut as its nodes are */
  readonly settled?: () => Promise<void>
  /** takes faults between requests, which are thrown on without it */
  readonly logger?: FastifyBaseLogger | undefined
  /** where clients' files lie; by default below `folder` */
  readonly files?: NodeFiles
  /** for files: a folder, `/` for where clients say; by default a new one that goes with the server */
  readonly folder?: string | undefined
  /** writes requests down from the start */
  readonly journal?: boolean | JournalOptions
}

/** A world that stands as it is to begin. */
export interface Assembled {
  readonly world: World
  readonly controls: Controls
  /** what the user of each cluster must know, by label */
  readonly handedOut: ReadonlyMap<string, HandedOut>
  /** to be closed with the world */
  readonly files: NodeFiles
}

/**
 * Makes a world, its controls and its Nomad region. Worlds that its controls make later, beside it or in its place, are
 * made here, too, of the same options where nothing else is said.
 *
 * @throws {StartingDataError}
 */
export function assemble (blueprint: Blueprint, around: Around = {}): Assembled {
  const { logger, settled, journal = false, files = nodeFiles(around) } = around
  const onFault = logger && ((error: unknown) => { logger.error({ err: error }, 'fault') })
  const world = new World({ onFault, ...blueprint }, {
    outreach, retryJoin: (node, ids) => { retryJoin(node, ids, logger) }, files, fetchOutside
  })
  const controls = new Controls(world, { settled, assemble: assembler(world, blueprint, { logger, files }) })
  const handedOut = blueprint.state === undefined ? build(world, blueprint) : revive(world, blueprint)
  controls.begin({ journal })
  // how it was made is no event
  logEvents(controls, logger)
  return { world, controls, handedOut, files }
}

/** Makes worlds like this one. Of its blueprint it keeps what they need: starting data may be large. */
function assembler (world: World, { nomad }: Blueprint, around: Around): (wish: Blueprint) => Controls {
  return (wish) => assemble({ ...inherited({ nomad }, world, wish), ...wish }, around).controls
}

function nodeFiles ({ folder, logger }: Around): NodeFiles {
  return new NodeFiles({
    folder,
    onFirstWrite: (folder, file) => { logger?.info({ folder, file }, 'what clients have written to files lies in a folder') }
  })
}

/** What happens in a world goes into the log that has its requests. */
function logEvents ({ events }: Controls, logger: Around['logger']): void {
  if (logger === undefined) return
  events.listeners.add(({ number: _number, atMs, kind, ...about }) => {
    logger.info({ ...about, at: new Date(atMs).toISOString() }, kind.replaceAll('-', ' '))
  })
}

/** What a world made later takes from this one as it now is, and from the way it was made. */
function inherited ({ nomad }: Pick<Blueprint, 'nomad'>, world: World, wish: Blueprint): Blueprint {
  const { profile, edition, raftUse, performanceStandbys, prometheus, snapshotBytes, timeline, onFault } = world
  const { unauthenticatedMetricsAccess } = world
  const { length: logshipperBufferLength, bytes: logshipperBufferBytes } = world.following.buffer
  const isSameProfile = wish.profile === undefined || wish.profile === profile.name
  return {
    profile: profile.name,
    edition,
    ...(wish.raft === undefined && wish.storage === undefined && useOf(raftUse)),
    performanceStandbys,
    prometheus: isSameProfile ? prometheus : undefined,
    unauthenticatedMetricsAccess,
    nomad,
    snapshotBytes,
    logshipperBufferLength,
    logshipperBufferBytes,
    discover: world.discovered,
    // a state has its own
    ...(wish.state === undefined && { outside: world.outside.told }),
    ...world.configured,
    time: timeline.mode,
    timeScale: timeline.scale,
    onFault
  }
}

function useOf (raftUse: World['raftUse']): Pick<Blueprint, 'raft' | 'storage'> {
  return raftUse === 'none' ? { storage: 'inmem' } : { raft: raftUse }
}

function build (world: World, blueprint: Blueprint): ReadonlyMap<string, HandedOut> {
  const { addressOf = usualAddress } = blueprint
  const places = placesIn(blueprint)
  refuseLoneStandbys(world, places)
  for (const [index, place] of places.entries()) {
    const { apiAddr, clusterAddr } = addressOf(place, index)
    world.addNode(place.label, { id: place.id, apiAddr, clusterAddr: place.clusterAddr ?? clusterAddr })
  }
  addRegion(world, blueprint)
  const handedOut = prepare(world, blueprint)
  world.handedOut = [...handedOut.values()][0] ?? world.handedOut
  applyStartingData(world.nodes[0], blueprint)
  world.nodes.forEach(joinAsConfigured)
  return handedOut
}

/** @throws {BlueprintError} */
function refuseLoneStandbys ({ raftUse }: World, places: readonly Place[]): void {
  if (raftUse !== 'none' || new Set(places.map(({ label }) => label)).size === places.length) return
  throw new BlueprintError('with the storage inmem a cluster has one node: without raft there is nothing to join')
}

/** A fixture makes one cluster, each of the named ones in turn, or several at once. */
function prepare (world: World, blueprint: Blueprint): ReadonlyMap<string, HandedOut> {
  const { fixture = 'dev', rootToken = 'root', devKv } = blueprint
  const labels = labelsIn(blueprint)
  if (FIXTURE_CLUSTERS[fixture] !== undefined) {
    const handedOut = FIXTURES[fixture](world, world.nodes, { rootToken, devKv })
    return new Map(labels.map((label) => [label, handedOut]))
  }
  return new Map(labels.map((label) => {
    const nodes = world.nodes.filter(({ cluster }) => cluster.label === label)
    return [label, FIXTURES[fixture](world, nodes, { rootToken, devKv })]
  }))
}

function revive (world: World, { state, addressOf, ...blueprint }: Blueprint): ReadonlyMap<string, HandedOut> {
  if (state === undefined) return new Map()
  const places = placesIn({ state })
  const addresses = places.map((place, index) => addressOf?.(place, index))
  world.restore(relocated(state, (_node, index) => addresses[index]))
  configure(world, blueprint)
  if (blueprint.discover !== undefined) world.discovered = blueprint.discover
  if (blueprint.outside !== undefined) world.outside.told = blueprint.outside
  // who comes back has its starting data already
  if (blueprint.returns === true) {
    restartProcesses(world)
    world.nodes.forEach(joinAsConfigured)
  } else applyStartingData(world.nodes[0], blueprint)
  return new Map(places.map(({ label }) => [label, world.handedOut]))
}

/** What the process of now is told counts, not what the saved one was told. */
function configure (world: World, blueprint: Blueprint): void {
  const { defaultLeaseTtlSeconds, maxLeaseTtlSeconds, clusterName, retryJoin } = blueprint
  const said = { defaultLeaseTtlSeconds, maxLeaseTtlSeconds, clusterName, retryJoin }
  if (Object.values(said).some((each) => each !== undefined)) world.configured = said
}

/** In the `documented` profile Vault nodes answer for a region that nobody asked for. */
function addRegion (world: World, { nomad, nomadPlaces, fixture }: Blueprint): void {
  if (nomad === false || (nomad === undefined && !world.profile.nomadBeside)) return
  const { servers = 3, sample = fixture === 'nomad-documented', profile, acl, raftProtocolAs } = nomad ?? {}
  world.addNomad({
    places: sample ? SAMPLE_PLACES : nomadPlaces ?? defaultPlaces(servers),
    raftProtocolAs: raftProtocolAs ?? (sample ? 'number' : 'string'),
    profile,
    acl
  })
}
