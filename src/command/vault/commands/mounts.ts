// `secrets` and `auth`: list, enable, disable, tune, move.
import { DETAILED_FLAG, FORMAT_FLAG } from '../common-flags.js'
import { detailedRows, mountRecords, mountsIn, simpleRows } from './mount-records.js'
import { expectAtMost, expectArguments, givenTexts, onlyArgument, type Command, type Session } from '../command.js'
import { failure, saying, type ExitCode } from '../ending.js'
import { goMap, isObject, type JsonObject, type JsonValue } from '../../../json/index.js'
import { sanitizePath, withTrailingSlash } from '../paths.js'
import { sleepWallMs } from '../../../sim/wall-clock.js'
import { textOf } from '../secret.js'
import type { FlagDefinition, Flags } from '../flags.js'

/** What secrets engines and auth methods call the same thing. */
interface Kind {
  readonly group: 'secrets' | 'auth'
  /** where they are listed and enabled */
  readonly path: 'sys/mounts' | 'sys/auth'
  readonly name: 'secrets engine' | 'auth method'
  readonly listError: string
  readonly sixth: readonly [string, string]
  /** below `sys/mounts` */
  tuned (mount: string): string
  enableError (type: string): string
  enabled (type: string, path: string): string
  readonly synopses: Readonly<Record<'list' | 'enable' | 'disable' | 'tune' | 'move', string>>
}

const SECRETS: Kind = {
  group: 'secrets',
  path: 'sys/mounts',
  name: 'secrets engine',
  listError: 'Error listing secrets engines',
  sixth: ['Force No Cache', 'force_no_cache'],
  tuned: (mount) => mount,
  enableError: () => 'Error enabling',
  enabled: (type, path) => `Success! Enabled the ${type} at: ${path}`,
  synopses: {
    list: 'List enabled secrets engines',
    enable: 'Enable a secrets engine',
    disable: 'Disable a secret engine',
    tune: 'Tune a secrets engine configuration',
    move: 'Move a secrets engine to a new path'
  }
}

const AUTH: Kind = {
  group: 'auth',
  path: 'sys/auth',
  name: 'auth method',
  listError: 'Error listing enabled authentications',
  sixth: ['Token Type', 'token_type'],
  tuned: (mount) => `auth/${mount}`,
  enableError: (type) => `Error enabling ${type} auth`,
  enabled: (type, path) => `Success! Enabled ${type} at: ${path}`,
  synopses: {
    list: 'Lists enabled auth methods',
    enable: 'Enables a new auth method',
    disable: 'Disables an auth method',
    tune: 'Tunes an auth method configuration',
    move: 'Move an auth method to a new path'
  }
}

/** Flags whose value is a list, or a text, of the mount's configuration. */
const LISTS: Readonly<Record<string, string>> = {
  'audit-non-hmac-request-keys': 'audit_non_hmac_request_keys',
  'audit-non-hmac-response-keys': 'audit_non_hmac_response_keys',
  'passthrough-request-headers': 'passthrough_request_headers',
  'allowed-response-headers': 'allowed_response_headers',
  'allowed-managed-keys': 'allowed_managed_keys',
  'delegated-auth-accessors': 'delegated_auth_accessors'
}
const TEXTS: Readonly<Record<string, string>> = {
  'listing-visibility': 'listing_visibility',
  'token-type': 'token_type',
  'plugin-version': 'plugin_version',
  'identity-token-key': 'identity_token_key'
}

const TRIMMING = 'trim-request-trailing-slashes'

function sentence (flag: string): string {
  return `${flag.replaceAll('-', ' ')} of the mount`
}

const TUNING: readonly FlagDefinition[] = [
  { name: 'description', kind: 'text', description: 'a text for people' },
  { name: 'default-lease-ttl', kind: 'duration', description: 'how long leases and tokens live unless told otherwise' },
  { name: 'max-lease-ttl', kind: 'duration', description: 'how long they live at most' },
  { name: 'options', kind: 'pairs', description: 'key=value for the engine; may be repeated' },
  { name: 'version', kind: 'number', description: 'version of the engine: 1 or 2 for kv' },
  ...Object.keys(LISTS).map((name): FlagDefinition => ({ name, kind: 'texts', description: sentence(name) })),
  ...Object.keys(TEXTS).map((name): FlagDefinition => ({ name, kind: 'text', description: sentence(name) })),
  { name: TRIMMING, kind: 'switch', description: 'slashes at the end of paths do not count' }
]
const ENABLING: readonly FlagDefinition[] = [
  ...TUNING,
  { name: 'path', kind: 'text', description: 'where; its type if not said' },
  { name: 'force-no-cache', kind: 'switch', description: 'without a cache' },
  { name: 'plugin-name', kind: 'text', description: 'name of the plugin' },
  { name: 'local', kind: 'switch', description: 'not replicated' },
  { name: 'seal-wrap', kind: 'switch', description: 'with seal wrapping' },
  { name: 'external-entropy-access', kind: 'switch', description: 'with external entropy' }
]
const LOCKOUT_RESET = 'user-lockout-counter-reset-duration'
const LOCKOUT: readonly FlagDefinition[] = [
  { name: 'user-lockout-threshold', kind: 'number', description: 'failed logins until a user is locked out' },
  { name: 'user-lockout-duration', kind: 'duration', description: 'for how long' },
  { name: LOCKOUT_RESET, kind: 'duration', description: 'when failed logins are forgotten' },
  { name: 'user-lockout-disable', kind: 'switch', description: 'lock nobody out' }
]

/** What was said of the mount's configuration beside its durations. */
function saidOf (flags: Flags): Record<string, JsonValue> {
  const lists = Object.entries(LISTS).filter(([flag]) => flags.isGiven(flag))
  return {
    ...Object.fromEntries(lists.map(([flag, name]) => [name, flags.texts(flag) ?? []])),
    ...givenTexts(flags, TEXTS),
    ...flags.isGiven(TRIMMING) && { trim_request_trailing_slashes: flags.isOn(TRIMMING) }
  }
}

function optionsOf (flags: Flags): JsonObject | null {
  const said = flags.pairs('options')
  const version = flags.number('version')
  if (said === undefined && version <= 0) return null
  return goMap({ ...said, ...version > 0 && { version: String(version) } })
}

/** `system`: the server's; nothing: as it was. */
function tunedTtl (flags: Flags, name: string): string {
  return flags.number(name) === 0 ? '' : flags.number(name) < 0 ? 'system' : flags.duration(name)
}

function list (kind: Kind): Command {
  return {
    words: `${kind.group} list`,
    synopsis: kind.synopses.list,
    takes: '',
    flags: [FORMAT_FLAG, DETAILED_FLAG],
    async run ({ args, client, flags, output }) {
      expectAtMost(args, 0)
      const secret = await saying(kind.listError, async () => await client().readKnown(kind.path))
      const mounts = mountsIn(secret?.data ?? {})
      const rows = flags.isOn('detailed') ? detailedRows(mounts, kind.sixth) : simpleRows(mounts, kind === AUTH)
      return output.data(mountRecords(mounts), rows)
    }
  }
}

function enable (kind: Kind): Command {
  return {
    words: `${kind.group} enable`,
    synopsis: kind.synopses.enable,
    takes: 'TYPE',
    flags: ENABLING,
    async run (session) {
      const { flags, output } = session
      const said = onlyArgument(session).trim()
      const type = said === 'plugin' ? flags.text('plugin-name') : said
      const path = withTrailingSlash(flags.text('path') || type)
      const call = { method: 'POST', path: `${kind.path}/${path}`, body: mountRequest(flags, type) } as const
      await saying(kind.enableError(type), async () => await session.client().send(call))
      const version = flags.text('plugin-version')
      output.line(kind.enabled(`${type} ${kind.name}${version === '' ? '' : ` version ${version}`}`, path))
      return 0
    }
  }
}

function mountRequest (flags: Flags, type: string): JsonObject {
  return {
    type,
    description: flags.text('description'),
    config: {
      options: null,
      default_lease_ttl: flags.duration('default-lease-ttl'),
      max_lease_ttl: flags.duration('max-lease-ttl'),
      force_no_cache: flags.isOn('force-no-cache'),
      ...saidOf(flags)
    },
    local: flags.isOn('local'),
    seal_wrap: flags.isOn('seal-wrap'),
    external_entropy_access: flags.isOn('external-entropy-access'),
    options: optionsOf(flags)
  }
}

function disable (kind: Kind): Command {
  return {
    words: `${kind.group} disable`,
    synopsis: kind.synopses.disable,
    takes: 'PATH',
    flags: [],
    async run (session) {
      const path = withTrailingSlash(sanitizePath(onlyArgument(session)))
      await saying(`Error disabling ${kind.name} at ${path}`, async () => {
        await session.client().send({ method: 'DELETE', path: `${kind.path}/${path}` })
      })
      session.output.line(`Success! Disabled the ${kind.name} (if it existed) at: ${path}`)
      return 0
    }
  }
}

function tune (kind: Kind): Command {
  return {
    words: `${kind.group} tune`,
    synopsis: kind.synopses.tune,
    takes: 'PATH',
    flags: kind === AUTH ? [...TUNING, ...LOCKOUT] : TUNING,
    async run (session) {
      const path = withTrailingSlash(sanitizePath(onlyArgument(session)))
      const body = tuneRequest(session, kind)
      await saying(`Error tuning ${kind.name} ${path}`, async () => {
        await session.client().send({ method: 'POST', path: `sys/mounts/${kind.tuned(path)}/tune`, body })
      })
      session.output.line(`Success! Tuned the ${kind.name} at: ${path}`)
      return 0
    }
  }
}

function tuneRequest ({ flags }: Session, kind: Kind): JsonObject {
  const lockout = kind === AUTH ? lockoutOf(flags) : {}
  return {
    options: optionsOf(flags),
    default_lease_ttl: tunedTtl(flags, 'default-lease-ttl'),
    ...givenTexts(flags, { description: 'description' }),
    max_lease_ttl: tunedTtl(flags, 'max-lease-ttl'),
    ...saidOf(flags),
    ...Object.keys(lockout).length > 0 && { user_lockout_config: lockout }
  }
}

function lockoutOf (flags: Flags): JsonObject {
  return {
    ...flags.isGiven('user-lockout-threshold') && { lockout_threshold: flags.text('user-lockout-threshold') },
    ...flags.isGiven('user-lockout-duration') && { lockout_duration: tunedTtl(flags, 'user-lockout-duration') },
    ...flags.isGiven(LOCKOUT_RESET) && { lockout_counter_reset_duration: tunedTtl(flags, LOCKOUT_RESET) },
    ...flags.isGiven('user-lockout-disable') && { lockout_disable: flags.isOn('user-lockout-disable') }
  }
}

/** The real client's. */
const POLL_MS = 10_000

function move (kind: Kind): Command {
  return {
    words: `${kind.group} move`,
    synopsis: kind.synopses.move,
    takes: 'SOURCE DESTINATION',
    flags: [],
    async run (session) {
      expectArguments(session.args, 2)
      const [from, to] = [withTrailingSlash(session.args[0] ?? ''), withTrailingSlash(session.args[1] ?? '')]
      const started = await saying(`Error moving ${kind.name} ${from} to ${to}`, async () => {
        return await session.client().secret({ method: 'POST', path: 'sys/remount', body: { from, to } })
      })
      return await awaitMove(session, `${kind.name} ${from} to ${to}`, textOf(started?.data?.['migration_id']))
    }
  }
}

async function awaitMove (session: Session, what: string, id: string): Promise<ExitCode> {
  const { output } = session
  output.line(`Started moving ${what}, with migration ID ${id}`)
  for (;;) {
    const found = await saying(`Error checking migration status of ${what}`, async () => {
      return await session.client().read(`sys/remount/status/${id}`)
    })
    const info = found?.data?.['migration_info']
    const status = isObject(info) ? textOf(info['status']) : ''
    if (status === 'success') output.line(`Success! Finished moving ${what}, with migration ID ${id}`)
    // the real client ends with 0 here, too
    if (status === 'failure') output.warn(`Failure! Error encountered moving ${what}, with migration ID ${id}`)
    if (status === 'success' || status === 'failure') return 0
    if (found === undefined) throw failure(`Error checking migration status of ${what}: the answer is empty`)
    output.line(`Waiting for terminal status in migration of ${what}, with migration ID ${id}`)
    await sleepWallMs(POLL_MS)
  }
}

export const MOUNTS: readonly Command[] = [SECRETS, AUTH].flatMap((kind) => {
  return [list(kind), enable(kind), disable(kind), tune(kind), move(kind)]
})
