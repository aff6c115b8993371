// `kv get`, `put`, `list`, `delete`, `undelete`, `destroy`, `enable-versioning`.
import { isObject, type JsonObject } from '../../../json/index.js'
import { failure, saying, usage, type ExitCode } from '../ending.js'
import { FIELD_FLAG, FORMAT_FLAG, MOUNT_FLAG } from '../common-flags.js'
import { kvPath, readKv } from './kv-path.js'
import { listed, outcome } from './logical.js'
import { onlyArgument, type Command, type Session } from '../command.js'
import { readData } from '../data.js'
import { sanitizePath, withTrailingSlash } from '../paths.js'
import type { FlagDefinition } from '../flags.js'
import type { Secret } from '../secret.js'

const VERSIONS_FLAG: FlagDefinition = { name: 'versions', kind: 'texts', description: 'numbers of versions' }

/** `== Title ==`, at least as wide as what stands below. */
export function heading (title: string, width: number): string {
  const missing = width - (title.length + 2)
  const signs = '='.repeat(Math.ceil((missing <= 0 ? 4 : missing) / 2))
  return `${signs} ${title} ${signs}`
}

/** A heading as wide as the table of these members. */
export function mapHeading (title: string, data: JsonObject): string {
  return heading(title, Math.max(0, ...Object.keys(data).map((key) => Buffer.byteLength(key))) + 9)
}

export function showPath ({ output }: Session, title: string, path: string): void {
  output.line(heading(title, Buffer.byteLength(path)))
  output.line(path)
  output.line()
}

const get: Command = {
  words: 'kv get',
  synopsis: 'Retrieves data from the KV store',
  takes: 'KEY',
  flags: [FIELD_FLAG, FORMAT_FLAG, { name: 'version', kind: 'number', description: 'this version' }, MOUNT_FLAG],
  async run (session) {
    const { flags, output } = session
    const place = await kvPath(session, onlyArgument(session).replace(/^\//, ''))
    const path = place.at('data')
    const version = place.isVersion2 && flags.number('version') > 0 ? flags.number('version') : undefined
    const secret = await readKv(session, path, 'Error reading', version)
    if (secret === undefined) throw failure(`No value found at ${path}`)
    if (flags.text('field') !== '') return showField(session, secret, path, place.isVersion2)
    if (secret.wrap_info !== undefined || !output.isTable) return output.secret(secret)
    return showVersion(session, secret, place.isVersion2 ? path : undefined)
  }
}

/** `data` is the whole secret, unless it has a member of that name. */
function showField ({ flags, output }: Session, secret: Secret, path: string, isVersion2: boolean): ExitCode {
  const name = flags.text('field')
  if (!isVersion2) return output.secretField(secret, name)
  const data = secret.data?.['data']
  if (data === undefined || data === null) throw failure(`No data found at ${path}`)
  if (!isObject(data)) return output.field(undefined, name)
  return name === 'data' && !('data' in data) ? output.secretField(secret, name) : output.field(data[name], name)
}

/** @param path of KV v2 */
function showVersion (session: Session, secret: Secret, path: string | undefined): ExitCode {
  const { output } = session
  output.warnings(secret)
  if (path !== undefined) showPath(session, 'Secret Path', path)
  const { metadata, data: inner } = secret.data ?? {}
  if (isObject(metadata)) {
    output.line(mapHeading('Metadata', metadata))
    output.map(metadata)
    output.line()
  }
  const data = path === undefined ? secret.data : inner
  if (isObject(data ?? undefined)) showData(session, data as JsonObject)
  return 0
}

function showData ({ output }: Session, data: JsonObject): void {
  output.line(mapHeading('Data', data))
  output.map(data)
}

/** What a write of KV says: the metadata of the new version. */
export function showWritten (session: Session, path: string, secret: Secret | undefined): ExitCode {
  const { flags, output } = session
  if (secret === undefined || flags.text('field') !== '' || !output.isTable) {
    if (secret === undefined) output.tableLine(`Success! Data written to: ${path}`)
    return secret === undefined ? 0 : flags.text('field') === '' ? output.secret(secret) : output.secretField(secret, flags.text('field'))
  }
  if (secret.wrap_info !== undefined && secret.wrap_info.ttl !== 0) return output.secret(secret)
  showPath(session, 'Secret Path', path)
  output.line(mapHeading('Metadata', secret.data ?? {}))
  return output.map(secret.data ?? {})
}

const put: Command = {
  words: 'kv put',
  synopsis: 'Sets or updates data in the KV store',
  takes: 'KEY [DATA]',
  flags: [FIELD_FLAG, FORMAT_FLAG, { name: 'cas', kind: 'number', default: -1, description: 'write only if this is the current version; 0: if there is none' }, MOUNT_FLAG],
  async run (session) {
    const { args, flags, surroundings } = session
    if (args.length < 1) throw usage(`Not enough arguments (expected >1, got ${args.length})`)
    if (args.length === 1) throw usage('Must supply data')
    session.client()
    const data = await saying('Failed to parse K=V data', async () => await readData(args.slice(1), surroundings.stdin), 1)
    const place = await kvPath(session, sanitizePath(args[0] ?? ''))
    const path = place.at('data')
    const options = flags.number('cas') > -1 ? { cas: flags.number('cas') } : {}
    const body = place.isVersion2 ? { data: data ?? null, options } : data ?? null
    const secret = await saying(`Error writing data to ${path}`, async () => await session.client().write(path, body))
    return showWritten(session, path, secret)
  }
}

const list: Command = {
  words: 'kv list',
  synopsis: 'List data or secrets',
  takes: 'PATH',
  flags: [FORMAT_FLAG, MOUNT_FLAG],
  async run (session) {
    const { args, flags } = session
    const path = args.length === 0 && flags.text('mount') !== '' ? '' : onlyArgument(session)
    const place = (await kvPath(session, sanitizePath(path))).at('metadata')
    const secret = await saying(`Error listing ${place}`, async () => await session.client().list(place))
    return listed(session, secret, `No value found at ${place}`, `No entries found at ${place}`)
  }
}

const deletion: Command = {
  words: 'kv delete',
  synopsis: 'Deletes versions in the KV store',
  takes: 'PATH',
  flags: [FIELD_FLAG, FORMAT_FLAG, VERSIONS_FLAG, MOUNT_FLAG],
  async run (session) {
    const place = await kvPath(session, sanitizePath(onlyArgument(session)))
    const path = place.at('data')
    const secret = await saying(`Error deleting ${path}`, async () => {
      const versions = versionsIn(session)
      return place.isVersion2 && versions.length > 0
        ? await session.client().write(place.at('delete'), { versions })
        : await session.client().delete(path)
    })
    return outcome(session, secret, `Success! Data deleted (if it existed) at: ${path}`)
  }
}

/** `-versions=1,2 -versions=3` */
function versionsIn ({ flags }: Session): string[] {
  const numbers = (flags.texts('versions') ?? []).flatMap((text) => text.split(','))
  return numbers.map((number) => number.trim()).filter((number) => number !== '')
}

function ofVersions (verb: 'undelete' | 'destroy', title: string, synopsis: string): Command {
  return {
    words: `kv ${verb}`,
    synopsis,
    takes: 'KEY',
    flags: [FORMAT_FLAG, VERSIONS_FLAG, MOUNT_FLAG],
    async run (session) {
      const key = onlyArgument(session)
      if (session.flags.texts('versions') === undefined) {
        throw usage(`No versions provided, use the "-versions" flag to specify the version to ${verb}.`)
      }
      const place = await kvPath(session, sanitizePath(key), verb === 'undelete')
      if (!place.isVersion2) throw usage(`${title} not supported on KV Version 1`)
      const path = place.at(verb)
      const body = { versions: versionsIn(session) }
      const secret = await saying(`Error writing data to ${path}`, async () => await session.client().write(path, body))
      return outcome(session, secret, `Success! Data written to: ${path}`)
    }
  }
}

const enableVersioning: Command = {
  words: 'kv enable-versioning',
  synopsis: 'Turns on versioning for a KV store',
  takes: 'KEY',
  flags: [FORMAT_FLAG],
  async run (session) {
    const mount = withTrailingSlash(sanitizePath(onlyArgument(session)))
    const body = { options: { version: '2' }, default_lease_ttl: '', max_lease_ttl: '', force_no_cache: false }
    await saying(`Error tuning secrets engine ${mount}`, async () => {
      return await session.client().send({ method: 'POST', path: `sys/mounts/${mount}/tune`, body })
    })
    session.output.line(`Success! Tuned the secrets engine at: ${mount}`)
    return 0
  }
}

export const KV: readonly Command[] = [
  get, put, list, deletion, enableVersioning,
  ofVersions('undelete', 'Undelete', 'Undeletes versions in the KV store'),
  ofVersions('destroy', 'Destroy', 'Permanently removes one or more versions in the KV store')
]
