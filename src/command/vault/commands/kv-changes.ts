// `kv patch` and `kv rollback`: new versions made of old ones.
import { ApiError } from '../api-error.js'
import { failure, saying, usage } from '../ending.js'
import { FIELD_FLAG, FORMAT_FLAG, MOUNT_FLAG } from '../common-flags.js'
import { goMap, isObject, type JsonObject, type JsonValue } from '../../../json/index.js'
import { kvPath, readKv } from './kv-path.js'
import { outcome } from './logical.js'
import { readData } from '../data.js'
import { sanitizePath } from '../paths.js'
import { showWritten } from './kv.js'
import type { Command, Session } from '../command.js'
import type { Secret } from '../secret.js'

type Written = Promise<Secret | undefined>

/** A version that there is. */
interface Version {
  readonly data: JsonObject
  readonly metadata: JsonObject
}

/** @throws {Ending} `No value found at secret/data/a` … */
async function existing (session: Session, path: string, verb: string, version?: number): Promise<Version> {
  const { data: found } = await readKv(session, path, 'Error doing pre-read at', version) ?? {}
  if (found === undefined || found === null) throw failure(`No value found at ${path}`)
  const metadata = member(found, 'metadata', path, verb)
  // of the current version a rollback wants the number alone
  return { metadata, data: version === undefined && verb === 'rollback' ? {} : checked(found, path, verb) }
}

/** A rollback is told first that the version is gone. */
function checked (found: JsonObject, path: string, verb: string): JsonObject {
  const metadata = member(found, 'metadata', path, verb)
  if (verb === 'rollback' && metadata['deletion_time'] !== '' && typeof metadata['deletion_time'] === 'string') {
    throw failure('Cannot roll back to a version that has been deleted')
  }
  if (verb === 'rollback' && metadata['destroyed'] === true) throw failure('Cannot roll back to a version that has been destroyed')
  return member(found, 'data', path, verb)
}

function member (found: JsonObject, name: 'data' | 'metadata', path: string, verb: string): JsonObject {
  const value = found[name]
  const Name = name === 'data' ? 'Data' : 'Metadata'
  if (value === undefined || value === null) {
    throw failure(`No ${name} found at ${path}; ${verb} only works on existing data`)
  }
  if (!isObject(value)) throw failure(`${Name} found at ${path} is not the expected type (JSON object)`)
  return value
}

const patch: Command = {
  words: 'kv patch',
  synopsis: 'Sets or updates data in the KV store without overwriting',
  takes: 'KEY [DATA]',
  flags: [
    FIELD_FLAG,
    FORMAT_FLAG,
    { name: 'cas', kind: 'number', description: 'patch only if this is the current version' },
    { name: 'method', kind: 'text', description: 'patch: by HTTP PATCH alone; rw: read, then write; else the first, and the second where it is refused' },
    MOUNT_FLAG,
    { name: 'remove-data', kind: 'texts', description: 'key to remove; may be repeated' }
  ],
  async run (session) {
    const { args, flags, surroundings } = session
    const removed = flags.texts('remove-data') ?? []
    if (args.length < 1) throw usage(`Not enough arguments (expected >1, got ${args.length})`)
    if (removed.length === 0 && args.length === 1) throw usage('Must supply data')
    session.client()
    const data = await saying('Failed to parse K=V data', async () => await readData(args.slice(1), surroundings.stdin), 1)
    const place = await kvPath(session, sanitizePath(args[0] ?? ''))
    if (!place.isVersion2) throw failure('KV engine mount must be version 2 for patch support')
    const path = place.at('data')
    const changes = goMap({ ...data, ...Object.fromEntries(removed.map((key) => [key, null])) })
    return showWritten(session, path, await patched(session, path, changes))
  }
}

async function patched (session: Session, path: string, changes: JsonObject): Promise<Secret | undefined> {
  switch (session.flags.text('method')) {
    case 'rw': return await readThenWrite(session, path, changes)
    case 'patch': return await saying(`Error writing data to ${path}`, async () => await mergePatch(session, path, changes))
    case '': return await patchOrWrite(session, path, changes)
    default: throw failure(`Unsupported method provided to -method flag: ${session.flags.text('method')}`)
  }
}

const PATCH_ADVICE = 'that you add the "patch" capability to your ACL policy in order to use HTTP PATCH in the future.'

async function patchOrWrite (session: Session, path: string, changes: JsonObject): Promise<Secret | undefined> {
  return await saying(`Error writing data to ${path}`, async () => {
    try {
      return await mergePatch(session, path, changes)
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 403 && error.status !== 405)) throw error
      if (error.status === 403) {
        session.output.warn(`Data was written to ${path} but we recommend ${PATCH_ADVICE}`)
      }
      return await readThenWrite(session, path, changes)
    }
  })
}

async function mergePatch (session: Session, path: string, data: JsonObject): Promise<Secret | undefined> {
  const cas = session.flags.number('cas')
  return await session.client().patch(path, { data, options: cas > 0 ? { cas } : {} })
}

async function readThenWrite (session: Session, path: string, changes: JsonObject): Written {
  const client = session.client()
  const { data, metadata } = await client.beforehand(async () => await existing(session, path, 'patch'))
  return await writeVersion(session, path, goMap({ ...data, ...changes }), metadata['version'] ?? null)
}

async function writeVersion (session: Session, path: string, data: JsonObject, cas: JsonValue): Written {
  return await saying(`Error writing data to ${path}`, async () => {
    return await session.client().write(path, { data, options: { cas } })
  })
}

const rollback: Command = {
  words: 'kv rollback',
  synopsis: 'Rolls back to a previous version of data',
  takes: 'KEY',
  flags: [FORMAT_FLAG, { name: 'version', kind: 'number', description: 'the version to make current again' }, MOUNT_FLAG],
  async run (session) {
    const { args, flags } = session
    const version = flags.number('version')
    if (args.length !== 1) throw usage(`Invalid number of arguments (expected 1, got ${args.length})`)
    if (!flags.isGiven('version')) throw usage('Version flag must be specified')
    if (version <= 0) throw usage(`Invalid value ${version} for the version flag`)
    const place = await kvPath(session, sanitizePath(args[0] ?? ''))
    if (!place.isVersion2) throw failure('KV engine mount must be version 2 for rollback support')
    const path = place.at('data')
    const current = await existing(session, path, 'rollback')
    const { data } = await existing(session, path, 'rollback', version)
    const secret = await writeVersion(session, path, data, current.metadata['version'] ?? null)
    return outcome(session, secret, `Success! Data written to: ${path}`)
  }
}

export const KV_CHANGES: readonly Command[] = [patch, rollback]
