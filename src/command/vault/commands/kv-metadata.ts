// `kv metadata get`, `put`, `patch`, `delete`.
import { failure, saying, usage, type ExitCode } from '../ending.js'
import { FORMAT_FLAG, MOUNT_FLAG } from '../common-flags.js'
import { goMap, isObject, printJson, type JsonObject, type JsonValue } from '../../../json/index.js'
import { kvPath } from './kv-path.js'
import { mapHeading, showPath } from './kv.js'
import { onlyArgument, type Command, type Session } from '../command.js'
import { outcome } from './logical.js'
import { sanitizePath } from '../paths.js'
import type { FlagDefinition } from '../flags.js'
import type { Secret } from '../secret.js'

const SETTINGS: readonly FlagDefinition[] = [
  { name: 'max-versions', kind: 'number', default: -1, description: 'how many versions are kept' },
  { name: 'cas-required', kind: 'switch', description: 'writes must say the current version' },
  { name: 'delete-version-after', kind: 'duration', default: -1, description: 'how long versions live' },
  { name: 'custom-metadata', kind: 'pairs', description: 'key=value to keep with the secret; may be repeated' }
]

/** @throws {Ending} for a mount of KV v1 */
async function metadataPath (session: Session): Promise<string> {
  const place = await kvPath(session, sanitizePath(onlyArgument(session)))
  if (!place.isVersion2) throw usage('Metadata not supported on KV Version 1')
  return place.at('metadata')
}

function settings ({ flags }: Session): Record<string, JsonValue> {
  return {
    ...flags.isGiven('cas-required') && { cas_required: flags.isOn('cas-required') },
    ...flags.number('delete-version-after') >= 0 && { delete_version_after: flags.duration('delete-version-after') },
    ...flags.number('max-versions') >= 0 && { max_versions: flags.number('max-versions') }
  }
}

const get: Command = {
  words: 'kv metadata get',
  synopsis: 'Retrieves key metadata from the KV store',
  takes: 'KEY',
  flags: [FORMAT_FLAG, MOUNT_FLAG],
  async run (session) {
    const path = await metadataPath(session)
    const secret = await saying(`Error reading ${path}`, async () => await session.client().read(path))
    if (secret === undefined) throw failure(`No value found at ${path}`)
    if (secret.wrap_info !== undefined || !session.output.isTable) return session.output.secret(secret)
    return showMetadata(session, path, secret)
  }
}

function showMetadata (session: Session, path: string, secret: Secret): ExitCode {
  const { output } = session
  const { versions, ...rest } = secret.data ?? {}
  if (!isObject(versions)) {
    output.warn(`No value found at ${path}`)
    output.secret(secret)
    return 2
  }
  const data = goMap(rest)
  showPath(session, 'Metadata Path', path)
  output.line(mapHeading('Metadata', data))
  output.secret({ ...secret, data })
  for (const number of Object.keys(versions).sort((a, b) => Number(a) - Number(b))) {
    const version = attributed(versions[number])
    output.line('\n' + mapHeading(`Version ${number}`, version))
    output.map(version)
  }
  return 0
}

/** Who did it is shown as JSON. */
function attributed (version: JsonValue | undefined): JsonObject {
  if (!isObject(version)) return {}
  const persons = Object.entries(version).filter(([name, value]) => ['created_by', 'deleted_by'].includes(name) && isObject(value))
  return goMap({ ...version, ...Object.fromEntries(persons.map(([name, value]) => [name, printJson(value ?? null)])) })
}

const put: Command = {
  words: 'kv metadata put',
  synopsis: 'Sets or updates key settings in the KV store',
  takes: 'KEY',
  flags: [FORMAT_FLAG, ...SETTINGS, MOUNT_FLAG],
  async run (session) {
    const path = await metadataPath(session)
    const custom = session.flags.pairs('custom-metadata')
    const data = goMap({ ...settings(session), ...custom !== undefined && { custom_metadata: goMap(custom) } })
    const secret = await saying(`Error writing data to ${path}`, async () => await session.client().write(path, data))
    return outcome(session, secret, `Success! Data written to: ${path}`)
  }
}

const patch: Command = {
  words: 'kv metadata patch',
  synopsis: 'Patches key settings in the KV store',
  takes: 'KEY',
  flags: [FORMAT_FLAG, ...SETTINGS, { name: 'remove-custom-metadata', kind: 'texts', description: 'key to remove; may be repeated' }, MOUNT_FLAG],
  async run (session) {
    const path = await metadataPath(session)
    const removed = Object.fromEntries((session.flags.texts('remove-custom-metadata') ?? []).map((key) => [key, null]))
    const custom = goMap({ ...session.flags.pairs('custom-metadata'), ...removed })
    const data = goMap({ ...settings(session), custom_metadata: custom })
    const secret = await saying(`Error writing data to ${path}`, async () => await session.client().patch(path, data))
    return outcome(session, secret, `Success! Data written to: ${path}`)
  }
}

const deletion: Command = {
  words: 'kv metadata delete',
  synopsis: 'Deletes all versions and metadata for a key in the KV store',
  takes: 'PATH',
  flags: [MOUNT_FLAG],
  async run (session) {
    const path = await metadataPath(session)
    await saying(`Error deleting ${path}`, async () => await session.client().delete(path))
    session.output.line(`Success! Data deleted (if it existed) at: ${path}`)
    return 0
  }
}

export const KV_METADATA: readonly Command[] = [get, put, patch, deletion]
