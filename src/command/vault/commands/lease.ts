// `lease lookup`, `renew`, `revoke`.
import { FORMAT_FLAG } from '../common-flags.js'
import { goMap } from '../../../json/index.js'
import { expectAtMost, onlyArgument, type Command, type Session } from '../command.js'
import { saying, usage } from '../ending.js'
import { wrapText } from '../output/table.js'

function leaseId ({ args }: Session, expected: string): string {
  if (args.length === 0) throw usage('Missing ID!')
  expectAtMost(args, 1, expected)
  return (args[0] ?? '').trim()
}

const lookup: Command = {
  words: 'lease lookup',
  synopsis: 'Lookup the lease of a secret',
  takes: 'ID',
  flags: [FORMAT_FLAG],
  async run (session) {
    const id = leaseId(session, '1')
    return session.output.secret(await saying(`error looking up lease id ${id}`, async () => {
      return await session.client().write('sys/leases/lookup', { lease_id: id })
    }))
  }
}

const renew: Command = {
  words: 'lease renew',
  synopsis: 'Renews the lease of a secret',
  takes: 'ID',
  flags: [FORMAT_FLAG, { name: 'increment', kind: 'duration', description: 'for how long' }],
  async run (session) {
    const id = leaseId(session, '1-2')
    const increment = Math.max(0, Math.trunc(session.flags.number('increment') / 1000))
    return session.output.secret(await saying(`Error renewing ${id}`, async () => {
      return await session.client().write('sys/leases/renew', goMap({ increment, lease_id: id }))
    }))
  }
}

const revoke: Command = {
  words: 'lease revoke',
  synopsis: 'Revokes leases and secrets',
  takes: 'ID',
  flags: [
    { name: 'force', kind: 'switch', aliases: ['f'], description: 'forget the leases even if the engine cannot revoke them; with -prefix' },
    { name: 'prefix', kind: 'switch', description: 'all leases whose ids begin like this' },
    { name: 'sync', kind: 'switch', description: 'wait until it is done' }
  ],
  async run (session) {
    const { flags, output } = session
    const [force, prefix, sync] = [flags.isOn('force'), flags.isOn('prefix'), flags.isOn('sync')]
    const id = onlyArgument(session).trim()
    if (force && !prefix) throw usage('Specifying -force requires also specifying -prefix')
    if (force) output.warn(wrapText('Warning! Force-removing leases can cause Vault to become out of sync with secret engines!'))
    const place = force ? 'revoke-force' : prefix ? 'revoke-prefix' : 'revoke'
    const what = force ? 'force revoking leases with prefix' : prefix ? 'revoking leases with prefix' : 'revoking lease'
    const body = force ? undefined : { sync }
    await saying(`Error ${what} ${id}`, async () => await session.client().send({ method: 'PUT', path: `sys/leases/${place}/${id}`, body }))
    if (force) output.line(`Success! Force revoked any leases with prefix: ${id}`)
    else if (!sync) output.line('All revocation operations queued successfully!')
    else output.line(prefix ? `Success! Revoked any leases with prefix: ${id}` : `Success! Revoked lease: ${id}`)
    return 0
  }
}

export const LEASE: readonly Command[] = [lookup, renew, revoke]
