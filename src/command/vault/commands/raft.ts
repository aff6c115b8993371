// `operator raft`: list-peers, join, remove-peer, snapshots, autopilot.
import { createReadStream, readFileSync, writeFileSync } from 'node:fs'
import { DR_TOKEN_FLAG, FORMAT_FLAG } from '../common-flags.js'
import { autopilotRecord, autopilotText } from '../output/autopilot.js'
import { bareMembers } from './status.js'
import { expectedSnapshot } from '../snapshot.js'
import { failure, saying, usage, type ExitCode } from '../ending.js'
import { goFileError } from '../files.js'
import { goMap, isObject, type JsonObject } from '../../../json/index.js'
import { textOf } from '../secret.js'
import { expectAtMost, type Command, type Session } from '../command.js'

const listPeers: Command = {
  words: 'operator raft list-peers',
  synopsis: 'Returns the Raft peer set',
  takes: '',
  flags: [FORMAT_FLAG, DR_TOKEN_FLAG],
  async run ({ client, flags, output }) {
    const token = flags.text('dr-token')
    const secret = await saying('Error reading the raft cluster configuration', async () => {
      return token === ''
        ? await client().read('sys/storage/raft/configuration')
        : await client().write('sys/storage/raft/configuration', { dr_operation_token: token })
    })
    if (secret === undefined) throw failure('No raft cluster configuration found')
    if (!output.isTable) return output.secret(secret)
    const config = secret.data?.['config']
    const servers = isObject(config) && Array.isArray(config['servers']) ? config['servers'].filter(isObject) : []
    return output.data(null, [['Node', 'Address', 'State', 'Voter'], ...servers.map((server) => [
      textOf(server['node_id']), textOf(server['address']), server['leader'] === true ? 'leader' : 'follower', String(server['voter'] === true)
    ])])
  }
}

const join: Command = {
  words: 'operator raft join',
  synopsis: 'Joins a node to the Raft cluster',
  takes: '<leader-api-addr|auto-join-configuration>',
  flags: [
    FORMAT_FLAG,
    { name: 'auto-join-scheme', kind: 'text', default: 'https', description: 'scheme of addresses that are found' },
    { name: 'auto-join-port', kind: 'number', default: 8200, description: 'port of addresses that are found' },
    { name: 'leader-ca-cert', kind: 'text', description: 'CA of the leader\'s certificate (PEM), or @FILE' },
    { name: 'leader-client-cert', kind: 'text', description: 'certificate to show to the leader (PEM), or @FILE' },
    { name: 'leader-client-key', kind: 'text', description: 'its key (PEM), or @FILE' },
    { name: 'retry', kind: 'switch', description: 'try again until it has joined' },
    { name: 'non-voter', kind: 'switch', description: 'join without a vote' }
  ],
  async run (session) {
    const body = joinRequest(session)
    const answer = await saying('Error joining the node to the Raft cluster', async () => {
      return await bareMembers(session.client(), 'sys/storage/raft/join', { method: 'POST', body })
    })
    const joined = answer['joined'] === true
    return session.output.data({ joined }, [['Key', 'Value'], ['Joined', String(joined)]])
  }
}

function joinRequest ({ args, flags }: Session): JsonObject {
  expectAtMost(args, 1, '0-1')
  const leader = (args[0] ?? '').trim()
  const scheme = flags.text('auto-join-scheme')
  if (!['', 'http', 'https'].includes(scheme)) throw usage(`invalid scheme "${scheme}"; must either be http or https`)
  const found = leader.includes('provider=')
  return {
    auto_join: found ? leader : '',
    auto_join_scheme: found ? scheme : '',
    auto_join_port: found ? flags.number('auto-join-port') : 0,
    leader_api_addr: found ? '' : leader,
    leader_ca_cert: textOrFile(flags.text('leader-ca-cert'), 'leader CA certificate'),
    leader_client_cert: textOrFile(flags.text('leader-client-cert'), 'leader client certificate'),
    leader_client_key: textOrFile(flags.text('leader-client-key'), 'leader client key'),
    retry: flags.isOn('retry'),
    non_voter: flags.isOn('non-voter')
  }
}

function textOrFile (text: string, what: string): string {
  if (!text.startsWith('@')) return text
  try {
    return readFileSync(text.slice(1), 'utf8')
  } catch (error) {
    throw usage(`Failed to parse ${what}: error reading file: ${goFileError(error, text.slice(1)).message}`)
  }
}

const removePeer: Command = {
  words: 'operator raft remove-peer',
  synopsis: 'Removes a node from the Raft cluster',
  takes: '<server_id>',
  flags: [FORMAT_FLAG, DR_TOKEN_FLAG],
  async run (session) {
    const id = incorrectUnlessOne(session)
    if (id === '') throw usage('Server id is required')
    const body = { dr_operation_token: session.flags.text('dr-token'), server_id: id }
    await saying('Error removing the peer from raft cluster', async () => await session.client().write('sys/storage/raft/remove-peer', body))
    session.output.line('Peer removed successfully!')
    return 0
  }
}

function incorrectUnlessOne ({ args }: Session): string {
  if (args.length !== 1) throw usage(`Incorrect arguments (expected 1, got ${args.length})`)
  return (args[0] ?? '').trim()
}

const save: Command = {
  words: 'operator raft snapshot save',
  synopsis: 'Saves a snapshot of the current state of the Raft cluster into a file',
  takes: '<snapshot_file>',
  flags: [FORMAT_FLAG],
  async run (session) {
    const path = incorrectUnlessOne(session)
    if (path === '') throw usage('Output file name is required')
    await saying('Error taking the snapshot', async () => {
      const { bytes } = await session.client().send({ method: 'GET', path: 'sys/storage/raft/snapshot' })
      saveFile(path, bytes)
      await expectedSnapshot(bytes)
    })
    return 0
  }
}

function saveFile (path: string, bytes: Buffer): void {
  try {
    writeFileSync(path, bytes, { mode: 0o600 })
  } catch (error) {
    throw goFileError(error, path)
  }
}

const restore: Command = {
  words: 'operator raft snapshot restore',
  synopsis: 'Installs the provided snapshot, returning the cluster to the state defined in it',
  takes: '<snapshot_file>',
  flags: [FORMAT_FLAG, { name: 'force', kind: 'switch', description: 'even if it was taken with other keys' }],
  async run (session) {
    const path = incorrectUnlessOne(session)
    if (path === '') throw usage('Snapshot file name is required')
    const bytes = await readSnapshot(path)
    const place = session.flags.isOn('force') ? 'snapshot-force' : 'snapshot'
    await saying('Error installing the snapshot', async () => {
      await session.client().send({ method: 'POST', path: `sys/storage/raft/${place}`, bytes })
    })
    return 0
  }
}

async function readSnapshot (path: string): Promise<Buffer> {
  try {
    const pieces: Buffer[] = []
    for await (const piece of createReadStream(path)) pieces.push(piece as Buffer)
    return Buffer.concat(pieces)
  } catch (error) {
    throw failure(`Error opening policy file: ${goFileError(error, path).message}`)
  }
}

/** A DR secondary is asked with a token in the body. */
async function readAutopilot ({ client, flags }: Session, name: 'state' | 'configuration'): Promise<JsonObject | undefined> {
  const path = `sys/storage/raft/autopilot/${name}`
  const token = flags.text('dr-token')
  const secret = token === '' ? await client().read(path) : await client().secret({ method: 'GET', path, query: { dr_operation_token: [token] } })
  return secret?.data ?? undefined
}

const CONFIG_ROWS = [
  ['Cleanup Dead Servers', 'cleanup_dead_servers'], ['Last Contact Threshold', 'last_contact_threshold'],
  ['Dead Server Last Contact Threshold', 'dead_server_last_contact_threshold'], ['Server Stabilization Time', 'server_stabilization_time'],
  ['Min Quorum', 'min_quorum'], ['Max Trailing Logs', 'max_trailing_logs'], ['Disable Upgrade Migration', 'disable_upgrade_migration']
] as const

const getConfig: Command = {
  words: 'operator raft autopilot get-config',
  synopsis: 'Returns the configuration of the autopilot subsystem under integrated storage',
  takes: '',
  flags: [FORMAT_FLAG, DR_TOKEN_FLAG],
  async run (session) {
    incorrectUnlessNone(session)
    // the real client says nothing of what goes wrong here
    const data = await readAutopilot(session, 'configuration').catch(() => undefined)
    if (data === undefined) return 0
    const values = CONFIG_ROWS.map(([title, name]) => [title, String(data[name] ?? false)])
    return session.output.data(goMap(Object.fromEntries(CONFIG_ROWS.map(([, name]) => [name, data[name] ?? false]))), [['Key', 'Value'], ...values])
  }
}

function incorrectUnlessNone ({ args }: Session): void {
  if (args.length > 0) throw usage(`Incorrect arguments (expected 0, got ${args.length})`)
}

const setConfig: Command = {
  words: 'operator raft autopilot set-config',
  synopsis: 'Modify the configuration of the autopilot subsystem under integrated storage',
  takes: '',
  flags: [
    FORMAT_FLAG,
    { name: 'cleanup-dead-servers', kind: 'switch', description: 'remove servers that are dead' },
    { name: 'last-contact-threshold', kind: 'duration', description: 'how long a healthy server may be silent' },
    { name: 'dead-server-last-contact-threshold', kind: 'duration', description: 'how long until a silent server is dead' },
    { name: 'max-trailing-logs', kind: 'number', description: 'how far behind a healthy server may be' },
    { name: 'min-quorum', kind: 'number', description: 'how many servers are never gone below' },
    { name: 'server-stabilization-time', kind: 'duration', description: 'how long a new server must be healthy to get a vote' },
    { name: 'disable-upgrade-migration', kind: 'switch', description: 'no automated upgrades' },
    DR_TOKEN_FLAG
  ],
  async run (session) {
    incorrectUnlessNone(session)
    const client = session.client()
    const secret = await client.write('sys/storage/raft/autopilot/configuration', configRequest(session))
      .catch((error: Error) => { throw error instanceof Error && error.name === 'Ending' ? error : failure(error.message) })
    return secret === undefined ? 0 : session.output.secret(secret)
  }
}

function configRequest ({ flags }: Session): JsonObject {
  const member = (flag: string) => flag.replaceAll('-', '_')
  const switches = ['cleanup-dead-servers', 'disable-upgrade-migration'].filter((flag) => flags.isGiven(flag))
  const numbers = ['max-trailing-logs', 'min-quorum'].filter((flag) => flags.number(flag) > 0)
  const durations = ['last-contact-threshold', 'dead-server-last-contact-threshold', 'server-stabilization-time'].filter((flag) => flags.number(flag) > 0)
  return goMap({
    ...Object.fromEntries(switches.map((flag) => [member(flag), flags.isOn(flag)])),
    ...Object.fromEntries(numbers.map((flag) => [member(flag), flags.number(flag)])),
    ...Object.fromEntries(durations.map((flag) => [member(flag), flags.duration(flag)])),
    ...flags.text('dr-token') !== '' && { dr_operation_token: flags.text('dr-token') }
  })
}

const state: Command = {
  words: 'operator raft autopilot state',
  synopsis: 'Displays the state of the raft cluster under integrated storage as seen by autopilot',
  takes: '',
  flags: [FORMAT_FLAG, DR_TOKEN_FLAG],
  format: 'pretty',
  async run (session): Promise<ExitCode> {
    incorrectUnlessNone(session)
    const data = await saying('Error checking autopilot state', async () => await readAutopilot(session, 'state'))
    if (data === undefined) return 0
    if (session.output.format !== 'pretty') return session.output.data(autopilotRecord(data))
    session.output.line(autopilotText(data))
    return 0
  }
}

export const RAFT: readonly Command[] = [listPeers, join, removePeer, save, restore, getConfig, setConfig, state]
