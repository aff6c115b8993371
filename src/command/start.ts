// Starts what the command was told to start, and puts what goes wrong into words for its user.
import { readFile } from 'node:fs/promises'
import { announcement } from './announcement.js'
import { FIXTURES, isFixtureName } from '../world/fixtures/index.js'
import { JsonSyntaxError, parseJson } from '../json/index.js'
import { NoFolderError, openWorld, type OpenOptions, type RunningWorld } from '../open/open-world.js'
import { certificatesFor, writeClusterJson, type DevCertificates } from './dev-files.js'
import { ConfigError } from './config/items.js'
import { withConfig, type ConfigurationAlone } from './config/with-config.js'
import { makeLog } from './log.js'
import type { TlsMaterial } from '../http/listeners.js'
import { StateFileError } from '../open/state-file.js'
import type { Options } from './options/index.js'
import { leaveWhereabouts as leave } from './whereabouts.js'
import type { StartingData } from '../world/starting-data.js'

const WRONG_USE = 2

/** Something about the start that the user can mend: told in one line. */
export class StartProblem extends Error {
  constructor (message: string, readonly exitCode: 1 | 2 = 1) {
    super(message)
  }
}

/**
 * Opens the world and prints that it is ready.
 *
 * @param print writes to standard output
 * @param opened is given the world, before anybody is told of it
 * @throws {StartProblem} where an address is taken or a file cannot be used
 */
export async function start (
  said: Options, print: (text: string) => void, opened: (world: RunningWorld) => void
): Promise<void> {
  try {
    const { options, alone, notSimulated } = withConfig(said)
    const certificates = certificatesFor(options)
    const opening = { ...await openOptions(options, certificates), ...await configuredOptions(alone) }
    const world = await openWorld(opening)
    opened(world)
    leaveWhereabouts(world)
    if (options.devLatency > 0) world.controls.faults.add({ effect: { latency: options.devLatency } })
    const { nodes, nomad, controlUrl, rootToken, unsealKeys, notices, caFile = certificates?.caFile } = world
    if (options.devClusterJson !== undefined) writeClusterJson(options.devClusterJson, nodes, caFile, rootToken)
    print(announcement(options, { nodes, nomad, controlUrl, rootToken, unsealKeys, notices, caFile }))
    const unknown = notSimulated.length === 0 ? [] : [`not simulated, so without effect: ${notSimulated.join(', ')}`]
    for (const notice of [...notices, ...unknown]) opening.logger?.warn(notice)
  } catch (error) {
    throw explained(error)
  }
}

function leaveWhereabouts ({ controlUrl, nodes }: RunningWorld): void {
  const urls = nodes.map(({ url }) => url).filter((url) => url !== undefined)
  if (controlUrl !== undefined) leave(controlUrl, urls)
}

async function openOptions (options: Options, certificates: DevCertificates | undefined): Promise<OpenOptions> {
  const { listen: { host, port }, nodes, nodeIds, apiAddr, profile, edition, time, timeScale, seed } = options
  const data = await dataFor(options)
  const told = [...options.discover ?? [], ...data.discover ?? []]
  const { raft, storage, performanceStandbys, prometheus, unauthenticatedMetricsAccess, rootToken } = options
  const { files, snapshotBytes, logshipperBufferLength, logshipperBufferBytes } = options
  return {
    host,
    port,
    nodes,
    nodeIds,
    apiAddr,
    profile,
    edition,
    time,
    timeScale,
    seed,
    raft,
    storage,
    performanceStandbys,
    prometheus,
    unauthenticatedMetricsAccess,
    rootToken,
    files,
    snapshotBytes,
    logshipperBufferLength,
    logshipperBufferBytes,
    stateFile: options.state,
    ...await fixtureFor(options),
    ...data,
    ...(told.length > 0 && { discover: told }),
    ...(options.outside !== undefined && { outside: options.outside }),
    control: options.control,
    controlListen: options.controlListen === 'off' ? false : options.controlListen ?? true,
    controlToken: options.controlToken,
    allowedHosts: options.allowedHosts,
    journal: { entries: options.journalEntries, bytes: options.journalBytes },
    nomad: nomadFor(options),
    devKv: options.devNoKv ? false : options.devKvV1 ? 1 : undefined,
    tls: certificates?.tls ?? await tlsFor(options),
    // standard output belongs to the banner and the ready line
    logger: makeLog(options, (line) => { process.stderr.write(line) })
  }
}

/** What only a configuration can say. */
async function configuredOptions (
  { furtherListeners = [], ...rest }: ConfigurationAlone
): Promise<Partial<OpenOptions>> {
  const further = furtherListeners.map(async ({ address, tlsCertFile, tlsKeyFile }) => {
    if (tlsCertFile === undefined || tlsKeyFile === undefined) return address
    return { ...address, tls: await readCertificate(tlsCertFile, tlsKeyFile) }
  })
  return { ...rest, furtherListeners: await Promise.all(further) }
}

/** An address that nobody asked for may be taken. */
function nomadFor (options: Options): OpenOptions['nomad'] {
  if (!options.nomad) return false
  return {
    ...options.nomadListen,
    servers: options.nomadServers,
    profile: options.nomadProfile,
    acl: options.nomadAcl,
    raftProtocolAs: options.nomadRaftProtocol,
    optional: !options.given.has('nomadListen')
  }
}

/** A built-in name, or the file of a saved world. */
async function fixtureFor ({ fixture, uninitialized }: Options): Promise<Pick<OpenOptions, 'fixture' | 'state'>> {
  if (fixture === undefined) return { fixture: uninitialized ? 'uninitialized' : 'dev' }
  if (isFixtureName(fixture)) return { fixture }
  try {
    return { state: parseJson(await readFile(fixture, 'utf8')) }
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw notJson('--fixture', fixture, error)
    const builtIn = Object.keys(FIXTURES).join(', ')
    const problem = `there is no fixture "${fixture}", nor a file of that name; built in are ${builtIn}`
    throw new StartProblem(problem, WRONG_USE)
  }
}

function notJson (flag: string, file: string, { message }: Error): StartProblem {
  return new StartProblem(`${flag}: ${file} is not JSON: ${message}`, WRONG_USE)
}

async function dataFor ({ data }: Options): Promise<StartingData> {
  if (data === undefined) return {}
  try {
    const { readStartingData } = await import('../world/starting-data.js')
    return readStartingData(parseJson(await readGiven('--data', data), { trailing: 'refuse' }))
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw notJson('--data', data, error)
    throw error
  }
}

async function tlsFor ({ tls, tlsCertFile, tlsKeyFile }: Options): Promise<OpenOptions['tls']> {
  return tlsCertFile === undefined || tlsKeyFile === undefined ? tls : await readCertificate(tlsCertFile, tlsKeyFile)
}

/** @throws {StartProblem} where it is none, or its key is another one's */
async function readCertificate (tlsCertFile: string, tlsKeyFile: string): Promise<TlsMaterial> {
  const cert = await readGiven('--tls-cert-file', tlsCertFile)
  const key = await readGiven('--tls-key-file', tlsKeyFile)
  const { createSecureContext } = await import('node:tls')
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    const { message } = error as Error
    throw new StartProblem(`--tls-cert-file and --tls-key-file are no certificate and its key: ${message}`, WRONG_USE)
  }
  return { cert, key }
}

async function readGiven (flag: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new StartProblem(`${flag}: ${(error as Error).message}`, WRONG_USE)
  }
}

function explained (error: unknown): unknown {
  const { code, address, port, path, message } = error as NodeJS.ErrnoException & { address?: string, port?: number }
  if (code === 'EADDRINUSE') return new StartProblem(`${address}:${port} is already in use`)
  if (code === 'EACCES' && port !== undefined) return new StartProblem(`this user may not listen on ${address}:${port}`)
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return new StartProblem(`cannot listen: ${message}`)
  if (error instanceof ConfigError) return new StartProblem(error.message, 1)
  if (error instanceof StateFileError) return new StartProblem(`--state: ${message}`, WRONG_USE)
  if (error instanceof NoFolderError) return new StartProblem(message)
  if (code !== undefined && path !== undefined) return new StartProblem(message)
  if ((error as Error).name === 'StartingDataError') return new StartProblem(`the starting data cannot be used: ${message}`, WRONG_USE)
  if ((error as Error).name === 'StateError') return new StartProblem(`the saved world cannot be loaded\n${message}`, WRONG_USE)
  if ((error as Error).name === 'BlueprintError') return new StartProblem(message, WRONG_USE)
  if ((error as Error).name === 'ConfiguredError') return new StartProblem(`Error initializing core: ${message}`)
  if ((error as Error).name === 'OutsideError') return new StartProblem(`--data: /outside: ${message}`, WRONG_USE)
  if ((error as Error).name === 'DiscoverError') return new StartProblem(`--data: /discover: ${message}`, WRONG_USE)
  return error
}
