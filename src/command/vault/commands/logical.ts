// `read`, `write`, `list`, `delete`, `patch`, `unwrap`, `path-help`: any path of the server.
import { indentedJson } from '../output/indented-json.js'
import { isObject, parseJson, printJson, type JsonObject } from '../../../json/index.js'
import { failure, saying, usage, type ExitCode } from '../ending.js'
import { expectAtMost, onlyArgument, type Command, type Session } from '../command.js'
import { DETAILED_FLAG, FIELD_FLAG, FORMAT_FLAG, SNAPSHOT_FLAG } from '../common-flags.js'
import { readData, readLists } from '../data.js'
import { sanitizePath } from '../paths.js'
import type { Secret } from '../secret.js'
import type { Call, Client } from '../client.js'
import type { FlagDefinition } from '../flags.js'

const FORCE_FLAG: FlagDefinition = { name: 'force', kind: 'switch', aliases: ['f'], description: 'write without any data' }
const DATA = 'PATH [DATA K=V...]'

/** What a write or a deletion says: its answer, a field of it, or that it was done. */
export function outcome ({ flags, output }: Session, secret: Secret | undefined, done: string): ExitCode {
  if (secret === undefined) {
    if (flags.text('field') === '') output.tableLine(done)
    return 0
  }
  return flags.text('field') === '' ? output.secret(secret) : output.secretField(secret, flags.text('field'))
}

/** The first argument, a path, and the data behind it. @throws {Ending} */
async function pathAndData (session: Session): Promise<{ path: string, data: JsonObject | undefined }> {
  const { args, flags, surroundings } = session
  if (args.length < 1) throw usage(`Not enough arguments (expected 1, got ${args.length})`)
  if (args.length === 1 && !flags.isOn('force')) throw usage('Must supply data or use -force')
  const data = await saying('Failed to parse K=V data', async () => await readData(args.slice(1), surroundings.stdin), 1)
  return { path: sanitizePath(args[0] ?? ''), data }
}

const read: Command = {
  words: 'read',
  synopsis: 'Read data and retrieves secrets',
  takes: 'PATH',
  flags: [FIELD_FLAG, FORMAT_FLAG, SNAPSHOT_FLAG],
  allowsRaw: true,
  async run (session) {
    const { args, flags, output, surroundings } = session
    if (args.length < 1) throw usage('Not enough arguments (expected 1, got 0)')
    const path = sanitizePath(args[0] ?? '')
    const client = session.client()
    const query = await saying('Failed to parse K=V data', async () => await readLists(args.slice(1), surroundings.stdin), 1)
    const snapshot = flags.text('snapshot-id')
    const asked = snapshot === '' ? query : { ...query, read_snapshot_id: [snapshot] }
    if (output.format === 'raw') {
      const call = { method: 'GET', path, query: asked } as const
      output.bytes((await saying(`Error reading: ${path}`, async () => await client.send(call))).bytes)
      return 0
    }
    const secret = await saying(`Error reading ${path}`, async () => await client.read(path, asked))
    if (secret === undefined) throw failure(`No value found at ${path}`)
    return flags.text('field') === '' ? output.secret(secret) : output.secretField(secret, flags.text('field'))
  }
}

type Change = (client: Client, path: string, data: JsonObject | undefined) => Promise<Secret | undefined>

/** `write` and `patch` differ in their words and in what they send. */
function changing (words: string, synopsis: string, change: Change): Command {
  return {
    words,
    synopsis,
    takes: DATA,
    flags: [FIELD_FLAG, FORMAT_FLAG, FORCE_FLAG],
    async run (session) {
      const { path, data } = await pathAndData(session)
      const client = session.client()
      const secret = await saying(`Error writing data to ${path}`, async () => await change(client, path, data))
      return outcome(session, secret, `Success! Data written to: ${path}`)
    }
  }
}

const write = changing('write', 'Write data, configuration, and secrets', async (client, path, data) => {
  return await client.write(path, data ?? null)
})

const patch = changing('patch', 'Patch data, configuration, and secrets', async (client, path, data) => {
  return await client.patch(path, data ?? {})
})

/** A list, or why there is none; other formats than tables have an empty object then. */
export function listed ({ output }: Session, secret: Secret | undefined, nothing: string, noEntries: string): ExitCode {
  if (secret?.wrap_info !== undefined && secret.wrap_info.ttl !== 0) return output.secret(secret)
  const hasKeys = Array.isArray(secret?.data?.['keys'])
  if (!output.isTable && !hasKeys) {
    output.data({})
    return 2
  }
  if (secret === undefined) throw failure(nothing)
  if (secret.data === null) return output.secret(secret)
  if (!hasKeys) throw failure(noEntries)
  return output.list(secret)
}

const list: Command = {
  words: 'list',
  synopsis: 'List data or secrets',
  takes: 'PATH',
  flags: [FORMAT_FLAG, DETAILED_FLAG, SNAPSHOT_FLAG],
  async run (session) {
    const path = sanitizePath(onlyArgument(session))
    const snapshot = session.flags.text('snapshot-id')
    const query: Call['query'] = snapshot === '' ? {} : { read_snapshot_id: [snapshot] }
    const secret = await saying(`Error listing ${path}`, async () => await session.client().list(path, query))
    return listed(session, secret, `No value found at ${path}`, `No entries found at ${path}`)
  }
}

const deletion: Command = {
  words: 'delete',
  synopsis: 'Delete secrets and configuration',
  takes: 'PATH',
  flags: [FIELD_FLAG, FORMAT_FLAG],
  async run (session) {
    const { args, surroundings } = session
    if (args.length < 1) throw usage('Not enough arguments (expected at least 1, got 0)')
    const path = sanitizePath(args[0] ?? '')
    const client = session.client()
    const query = await saying('Failed to parse string list data', async () => await readLists(args.slice(1), surroundings.stdin), 1)
    const secret = await saying(`Error deleting ${path}`, async () => await client.delete(path, query))
    return outcome(session, secret, `Success! Data deleted (if it existed) at: ${path}`)
  }
}

const unwrap: Command = {
  words: 'unwrap',
  synopsis: 'Unwrap a wrapped secret',
  takes: '[TOKEN]',
  flags: [FIELD_FLAG, FORMAT_FLAG],
  async run (session) {
    const { args, flags, output } = session
    expectAtMost(args, 1, '0-1')
    const client = session.client()
    const token = (args[0] ?? '').trim()
    const isOwn = token === '' || client.token === '' || client.token === token
    if (client.token === '') client.token = token
    const secret = await saying('Error unwrapping', async () => {
      return await client.write('sys/wrapping/unwrap', isOwn ? null : { token })
    })
    if (secret === undefined) {
      output.tableLine('Successfully unwrapped. There was no data in the wrapped secret.')
      return 0
    }
    if (flags.text('field') !== '') return output.secretField(secret, flags.text('field'))
    return Array.isArray(secret.data?.['keys']) ? output.list(secret) : output.secret(secret)
  }
}

const SEALED = `Error: Vault is sealed.

The "path-help" command requires the Vault to be unsealed so that the mount
points of the secret engines are known.`

const pathHelp: Command = {
  words: 'path-help',
  synopsis: 'Retrieve API help for paths',
  takes: 'PATH',
  flags: [FORMAT_FLAG],
  async run (session) {
    const path = sanitizePath(onlyArgument(session))
    const client = session.client()
    const answer = await saying('Error retrieving help', async () => {
      return await client.send({ method: 'GET', path, query: { help: ['1'] } })
    }).catch((error: Error) => { throw error.message.includes('Vault is sealed') ? failure(SEALED) : error })
    const help = parseJson(answer.bytes.toString())
    const { help: text, openapi } = isObject(help) ? help : {}
    const plain = typeof text === 'string' ? text : indentedJson(help)
    session.output.line(session.output.format === 'json' ? printJson(openapi ?? null) : plain)
    return 0
  }
}

export const LOGICAL: readonly Command[] = [read, write, list, deletion, patch, unwrap, pathHelp]
