// `namespace list`, `lookup`, `create`, `patch`, `delete`, `lock`, `unlock`.
import { ApiError } from '../api-error.js'
import { DETAILED_FLAG, FIELD_FLAG, FORMAT_FLAG } from '../common-flags.js'
import { failure, saying, usage } from '../ending.js'
import { goMap } from '../../../json/index.js'
import { listed, outcome } from './logical.js'
import { expectAtMost, onlyArgument, type Command, type Session } from '../command.js'
import { withTrailingSlash } from '../paths.js'
import type { FlagDefinition } from '../flags.js'

const CUSTOM_FLAG: FlagDefinition = { name: 'custom-metadata', kind: 'pairs', description: 'key=value to keep with it; may be repeated' }

const list: Command = {
  words: 'namespace list',
  synopsis: 'List child namespaces',
  takes: '',
  flags: [FORMAT_FLAG, DETAILED_FLAG],
  async run (session) {
    const { args, output } = session
    expectAtMost(args, 0)
    const secret = await saying('Error listing namespaces', async () => await session.client().list('sys/namespaces'))
    const info = secret?.data?.['key_info']
    if (output.detailed && !output.isTable && info !== undefined) return output.data(info)
    return listed(session, secret, 'No namespaces found', 'No entries found')
  }
}

const lookup: Command = {
  words: 'namespace lookup',
  synopsis: 'Look up an existing namespace',
  takes: 'PATH',
  flags: [FORMAT_FLAG],
  async run (session) {
    const path = onlyArgument(session).trim()
    const secret = await saying('Error looking up namespace', async () => await session.client().read(`sys/namespaces/${path}`))
    if (secret === undefined) throw failure('Namespace not found')
    return session.output.secret(secret)
  }
}

const create: Command = {
  words: 'namespace create',
  synopsis: 'Create a new namespace',
  takes: 'PATH',
  flags: [FIELD_FLAG, FORMAT_FLAG, CUSTOM_FLAG],
  async run (session) {
    const path = onlyArgument(session).trim()
    const body = { custom_metadata: goMap(session.flags.pairs('custom-metadata')) }
    return outcome(session, await saying('Error creating namespace', async () => await session.client().write(`sys/namespaces/${path}`, body)), '')
  }
}

const patch: Command = {
  words: 'namespace patch',
  synopsis: 'Patch an existing namespace',
  takes: 'PATH',
  flags: [FIELD_FLAG, FORMAT_FLAG, CUSTOM_FLAG, { name: 'remove-custom-metadata', kind: 'texts', description: 'key to remove; may be repeated' }],
  async run (session) {
    const path = onlyArgument(session).trim()
    const removed = Object.fromEntries((session.flags.texts('remove-custom-metadata') ?? []).map((key) => [key, null]))
    const body = { custom_metadata: goMap({ ...session.flags.pairs('custom-metadata'), ...removed }) }
    const client = session.client()
    const secret = await saying('Error patching namespace', async () => {
      return await client.patch(`sys/namespaces/${path}`, body).catch((error: Error) => {
        throw error instanceof ApiError && error.status === 404 ? failure('Namespace not found') : error
      })
    })
    return outcome(session, secret, '')
  }
}

const deletion: Command = {
  words: 'namespace delete',
  synopsis: 'Delete an existing namespace',
  takes: 'PATH',
  flags: [],
  async run (session) {
    const path = onlyArgument(session).trim()
    const secret = await saying('Error deleting namespace', async () => await session.client().delete(`sys/namespaces/${path}`))
    if (secret !== undefined) return session.output.secret(secret)
    session.output.line(`Success! Namespace deleted at: ${withTrailingSlash(path)}`)
    return 0
  }
}

const lock: Command = {
  words: 'namespace lock',
  synopsis: 'Lock the API for particular namespaces',
  takes: '[PATH]',
  flags: [FORMAT_FLAG],
  async run (session) {
    const path = lockPath(session, 'lock')
    const secret = await saying('Error locking namespace', async () => await session.client().write(path, null))
    return secret === undefined ? 0 : session.output.secret(secret)
  }
}

const unlock: Command = {
  words: 'namespace unlock',
  synopsis: 'Unlock the API for particular namespaces',
  takes: '[PATH]',
  flags: [FORMAT_FLAG],
  async run (session) {
    const path = lockPath(session, 'unlock')
    const body = { unlock_key: session.flags.text('unlock-key') }
    await saying('Error unlocking namespace', async () => await session.client().write(path, body))
    return 0
  }
}

/** Without a path it is about the namespace of the request. */
function lockPath ({ args }: Session, verb: string): string {
  if (args.length > 1) throw usage(`Too many arguments (expected 0 or 1, got ${args.length})`)
  return [`sys/namespaces/api-lock/${verb}`, ...args].join('/')
}

export const NAMESPACE: readonly Command[] = [list, lookup, create, patch, deletion, lock, unlock]
