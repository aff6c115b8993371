// `token create`, `lookup`, `renew`, `revoke`, `capabilities`, and `print token`.
import { FIELD_FLAG, FORMAT_FLAG } from '../common-flags.js'
import { failure, saying, usage } from '../ending.js'
import { goMap, type JsonValue } from '../../../json/index.js'
import { textsOf, type Secret } from '../secret.js'
import { expectAtMost, type Command, type Session } from '../command.js'
import type { FlagDefinition } from '../flags.js'

const ACCESSOR_FLAG: FlagDefinition = { name: 'accessor', kind: 'switch', description: 'the argument is an accessor' }

const CREATE_FLAGS: readonly FlagDefinition[] = [
  { name: 'id', kind: 'text', description: 'the token itself' },
  { name: 'display-name', kind: 'text', description: 'a name for people' },
  { name: 'ttl', kind: 'duration', description: 'how long it lives unless it is renewed' },
  { name: 'explicit-max-ttl', kind: 'duration', description: 'how long it lives at most' },
  { name: 'period', kind: 'duration', description: 'how long each renewal lasts, for as often as it is renewed' },
  { name: 'renewable', kind: 'switch', default: true, description: 'it can be renewed' },
  { name: 'orphan', kind: 'switch', description: 'it has no parent' },
  { name: 'no-default-policy', kind: 'switch', description: 'it does not have the policy "default"' },
  { name: 'use-limit', kind: 'number', default: 0, description: 'how often it can be used; 0: without end' },
  { name: 'role', kind: 'text', description: 'role to create it with' },
  { name: 'type', kind: 'text', default: 'service', description: 'service or batch' },
  { name: 'metadata', kind: 'pairs', description: 'key=value to keep with it; may be repeated' },
  { name: 'policy', kind: 'texts', description: 'a policy; may be repeated' },
  { name: 'entity-alias', kind: 'text', description: 'alias of the entity that it belongs to' }
]

const create: Command = {
  words: 'token create',
  synopsis: 'Create a new token',
  takes: '',
  flags: [FIELD_FLAG, FORMAT_FLAG, ...CREATE_FLAGS],
  async run (session) {
    const { args, flags, output } = session
    expectAtMost(args, 0)
    const role = flags.text('role')
    const path = role === '' ? 'auth/token/create' : `auth/token/create/${role}`
    const secret = await saying('Error creating token', async () => {
      return await session.client().secret({ method: 'POST', path, body: createRequest(session) })
    })
    if (secret === undefined || flags.text('field') === '') return output.secret(secret)
    return output.secretField(secret, flags.text('field'))
  }
}

function createRequest ({ flags }: Session): JsonValue {
  const metadata = flags.pairs('metadata')
  return {
    id: flags.text('id') || undefined,
    policies: flags.texts('policy'),
    meta: metadata === undefined ? undefined : goMap(metadata),
    ttl: flags.duration('ttl'),
    explicit_max_ttl: flags.duration('explicit-max-ttl'),
    period: flags.duration('period'),
    no_parent: flags.isOn('orphan') || undefined,
    no_default_policy: flags.isOn('no-default-policy') || undefined,
    display_name: flags.text('display-name'),
    num_uses: flags.number('use-limit'),
    renewable: flags.isOn('renewable') && flags.text('type') !== 'batch',
    type: flags.text('type'),
    entity_alias: flags.text('entity-alias')
  }
}

const lookup: Command = {
  words: 'token lookup',
  synopsis: 'Display information about a token',
  takes: '[TOKEN | ACCESSOR]',
  flags: [FORMAT_FLAG, ACCESSOR_FLAG],
  async run (session) {
    const { args, flags } = session
    if (flags.isOn('accessor') && args.length !== 1) {
      throw usage(`${args.length < 1 ? 'Not enough' : 'Too many'} arguments with -accessor (expected 1, got ${args.length})`)
    }
    expectAtMost(args, 1, '0-1')
    const token = (args[0] ?? '').trim()
    const client = session.client()
    const secret = await saying('Error looking up token', async () => {
      if (token === '') return await client.readKnown('auth/token/lookup-self')
      return flags.isOn('accessor')
        ? await client.secret({ method: 'POST', path: 'auth/token/lookup-accessor', body: { accessor: token } })
        : await client.secret({ method: 'POST', path: 'auth/token/lookup', body: { token } })
    })
    return session.output.secret(secret)
  }
}

const renew: Command = {
  words: 'token renew',
  synopsis: 'Renew a token lease',
  takes: '[TOKEN]',
  flags: [
    FORMAT_FLAG,
    ACCESSOR_FLAG,
    { name: 'increment', kind: 'duration', aliases: ['i'], description: 'for how long' },
    { name: 'fail-if-not-fulfilled', kind: 'switch', description: 'fail if it was renewed for less' }
  ],
  async run (session) {
    const { args, flags, output } = session
    expectAtMost(args, 1)
    const seconds = Math.max(0, Math.trunc(flags.number('increment') / 1000))
    const secret = await saying('Error renewing token', async () => await renewed(session, (args[0] ?? '').trim(), seconds))
    if (flags.isOn('fail-if-not-fulfilled') && (secret?.auth?.lease_duration ?? 0) < flags.number('increment') / 1000) {
      output.line('Token renewal completed with capped duration, failing the command because of --fail-if-not-fulfilled')
      return 1
    }
    return output.secret(secret)
  }
}

async function renewed (session: Session, token: string, increment: number): Promise<Secret | undefined> {
  const client = session.client()
  if (token === '') return await client.write('auth/token/renew-self', { increment })
  if (!session.flags.isOn('accessor')) return await client.write('auth/token/renew', goMap({ increment, token }))
  return await client.secret({ method: 'POST', path: 'auth/token/renew-accessor', body: goMap({ accessor: token, increment }) })
}

const revoke: Command = {
  words: 'token revoke',
  synopsis: 'Revoke a token and its children',
  takes: '[TOKEN | ACCESSOR]',
  flags: [
    ACCESSOR_FLAG,
    { name: 'self', kind: 'switch', description: 'the token of the request' },
    { name: 'mode', kind: 'text', description: 'orphan: leave its children; path: all tokens of the auth method at this path' }
  ],
  async run (session) {
    refuseWrongRevocation(session)
    const token = (session.args[0] ?? '').trim()
    await saying('Error revoking token', async () => await revokeToken(session, token))
    session.output.line('Success! Revoked token (if it existed)')
    return 0
  }
}

function refuseWrongRevocation ({ args: { length }, flags }: Session): void {
  const [self, accessor, mode] = [flags.isOn('self'), flags.isOn('accessor'), flags.text('mode')]
  if (!['', 'orphan', 'path'].includes(mode)) throw usage(`Invalid mode: ${mode}`)
  if (self && length > 0) throw usage(`Too many arguments with -self (expected 0, got ${length})`)
  if (!self && length > 1) throw usage(`Too many arguments (expected 1 or -self, got ${length})`)
  if (!self && length < 1) throw usage(`Not enough arguments (expected 1 or -self, got ${length})`)
  if (self && accessor) throw usage('Cannot use -self with -accessor!')
  if (self && mode !== '') throw usage('Cannot use -self with -mode!')
  if (accessor && mode !== '') throw usage(`Cannot use -accessor with -mode=${mode}!`)
}

async function revokeToken (session: Session, token: string): Promise<void> {
  const client = session.client()
  const { flags } = session
  if (flags.isOn('self')) await client.send({ method: 'PUT', path: 'auth/token/revoke-self' })
  else if (flags.isOn('accessor')) await client.send({ method: 'POST', path: 'auth/token/revoke-accessor', body: { accessor: token } })
  else if (flags.text('mode') === 'orphan') await client.send({ method: 'PUT', path: 'auth/token/revoke-orphan', body: { token } })
  else if (flags.text('mode') === 'path') await client.send({ method: 'PUT', path: `sys/leases/revoke-prefix/${token}` })
  else await client.send({ method: 'PUT', path: 'auth/token/revoke', body: { token } })
}

const capabilities: Command = {
  words: 'token capabilities',
  synopsis: 'Print capabilities of a token on a path',
  takes: '[TOKEN | ACCESSOR] PATH',
  flags: [FORMAT_FLAG, ACCESSOR_FLAG],
  async run (session) {
    const { output } = session
    const { token, path } = tokenAndPath(session)
    const found = await saying('Error listing capabilities', async () => await capabilitiesOf(session, token, path))
    if (found.length === 0) throw usage('No capabilities found')
    if (!output.isTable) return output.data(found)
    output.line([...found].sort().join(', '))
    return 0
  }
}

function tokenAndPath ({ args, flags }: Session): { token: string, path: string } {
  const [first = '', second] = args
  if (flags.isOn('accessor') && args.length !== 2) {
    throw usage(`${args.length < 2 ? 'Not enough' : 'Too many'} arguments with -accessor (expected 2, got ${args.length})`)
  }
  if (args.length === 0) throw usage('Not enough arguments (expected 1-2, got 0)')
  expectAtMost(args, 2, '1-2')
  return second === undefined ? { token: '', path: first } : { token: first, path: second }
}

async function capabilitiesOf (session: Session, token: string, path: string): Promise<readonly string[]> {
  const client = session.client()
  const ofAccessor = session.flags.isOn('accessor')
  const own = token === '' || (!ofAccessor && token === client.token)
  const body = goMap({ path, ...ofAccessor ? { accessor: token } : { token: token === '' ? client.token : token } })
  const place = ofAccessor ? 'sys/capabilities-accessor' : own ? 'sys/capabilities-self' : 'sys/capabilities'
  const secret = await client.secret({ method: 'POST', path: place, body })
  if (secret === undefined || secret.data === null) throw failure('Error listing capabilities: data from server response is empty')
  return textsOf(secret.data[path]) ?? textsOf(secret.data['capabilities']) ?? []
}

const print: Command = {
  words: 'print token',
  synopsis: 'Prints the vault token currently in use',
  takes: '',
  flags: [],
  async run (session) {
    session.output.line(session.client().token)
    return 0
  }
}

export const TOKEN: readonly Command[] = [create, lookup, renew, revoke, capabilities, print]
