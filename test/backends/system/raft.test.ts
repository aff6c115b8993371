// sys/storage/raft: membership, bootstrap and snapshots
import t, { type Test } from 'tap'
import {
  DENIED, NO_TOKEN, UNSUPPORTED_OPERATION, UNSUPPORTED_PATH, oneError, vault, type Vault
} from '../../vault-server.js'

const CONFIGURATION = 'sys/storage/raft/configuration'
const REMOVE = 'sys/storage/raft/remove-peer'
const SNAPSHOT = 'sys/storage/raft/snapshot'
const VAULT = { profile: 'vault-1.14' } as const
const OPENBAO = { profile: 'openbao-2.5' } as const

async function servers ({ data }: Vault): Promise<any[]> {
  return (await data('GET', CONFIGURATION)).config.servers
}

async function snapshotOf ({ server }: Vault): Promise<Buffer> {
  const { rawPayload } = await server.inject({ url: `/v1/${SNAPSHOT}`, headers: { 'x-vault-token': 'root' } })
  return rawPayload
}

t.test('GET configuration lists the servers in the order of the wire', async (t) => {
  const { status, text } = await vault(t, VAULT).send('GET', CONFIGURATION)
  t.equal(status, 200)
  const first = '{"node_id":"raft_0","address":"127.0.0.1:8201","leader":true,"protocol_version":"3","voter":true}'
  t.ok(text.includes(`"data":{"config":{"servers":[${first}],"index":0}}`))
})

t.test('GET configuration of the fixture `documented` is the sample of the documentation', async (t) => {
  t.same(await vault(t, { fixture: 'documented' }).data('GET', CONFIGURATION), {
    config: {
      index: 24,
      servers: [
        { address: '127.0.0.1:8201', leader: true, node_id: 'raft1', protocol_version: '\u0003', voter: true },
        { address: '127.0.0.2:8201', leader: false, node_id: 'raft2', protocol_version: '\u0003', voter: true }
      ]
    }
  })
})

t.test('POST configuration answers like GET in Vault and is no operation of OpenBao', async (t) => {
  const { data } = vault(t, VAULT)
  t.same(await data('POST', CONFIGURATION, {}), await data('GET', CONFIGURATION))
  t.equal(await vault(t, OPENBAO).verdict('POST', CONFIGURATION, {}), UNSUPPORTED_OPERATION)
})

t.test('configuration knows no DELETE, no LIST and no trailing slash', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('DELETE', CONFIGURATION), UNSUPPORTED_OPERATION)
  t.equal(await verdict('LIST', CONFIGURATION), UNSUPPORTED_PATH)
  t.equal(await verdict('GET', `${CONFIGURATION}/`), UNSUPPORTED_PATH)
})

t.test('a request without a token is denied before anything else', async (t) => {
  const { send } = vault(t)
  for (const path of [CONFIGURATION, 'sys/storage/raft/nothing', 'nowhere/x']) {
    const { status, text } = await send('GET', path, undefined, NO_TOKEN)
    t.equal(`${status} ${text}`, '403 {"errors":["permission denied"]}\n')
  }
})

t.test('an unknown path below storage/raft is a 404', async (t) => {
  t.equal(await vault(t).verdict('GET', 'sys/storage/raft/nothing'), UNSUPPORTED_PATH)
})

t.test('POST remove-peer of the leader is a 204, and its last: up to 1.18 it hangs from then on', async (t) => {
  const { server, send } = vault(t, { ...VAULT, fixture: 'documented' })
  t.match(await send('POST', REMOVE, { server_id: 'raft1', dr_operation_token: '' }), { status: 204, text: '' })
  const { nodes } = (await server.inject('/_mock/nodes')).json()
  t.match(nodes, [{ id: 'raft1', suffrage: 'none', process: 'paused' }, { id: 'raft2', suffrage: 'voter' }])
})

t.test('POST remove-peer of a follower takes it out', async (t) => {
  const server = vault(t, { fixture: 'three-voters' })
  t.equal(await server.verdict('POST', REMOVE, { server_id: 'raft_2' }), '204')
  t.same((await servers(server)).map(({ node_id: id }) => id), ['raft_0', 'raft_1'])
})

t.test('POST remove-peer of an unknown server changes nothing and is no error', async (t) => {
  const server = vault(t)
  for (const body of [{ server_id: 'nobody' }, { server_id: 7 }, { server_id: 'nobody', colour: 'red' }]) {
    t.equal(await server.verdict('POST', REMOVE, body), '204')
  }
  t.equal((await servers(server)).length, 1)
})

t.test('POST remove-peer without a server is refused', async (t) => {
  const { verdict } = vault(t)
  for (const body of [{}, undefined, 'null']) {
    t.equal(await verdict('POST', REMOVE, body), '400 no server id provided')
  }
})

t.test('POST remove-peer of the only server is refused in the words of the raft library', async (t) => {
  t.equal(
    await vault(t).verdict('POST', REMOVE, { server_id: 'raft_0' }),
    `500 ${oneError('need at least one voter in configuration: {[]}')}`
  )
})

t.test('POST remove-peer of an object is a field that cannot be converted', async (t) => {
  const reason = "'' expected type 'string', got unconvertible type 'map[string]interface {}', value: 'map[a:1]'"
  t.equal(
    await vault(t, VAULT).verdict('POST', REMOVE, { server_id: { a: 1 } }),
    `400 Field validation failed: error converting input map[a:1] for field "server_id": ${reason}`
  )
})

t.test('remove-peer knows no GET, and asks for permission', async (t) => {
  const { verdict, tokenHeader } = vault(t)
  t.equal(await verdict('GET', REMOVE), UNSUPPORTED_OPERATION)
  t.equal(await verdict('PUT', REMOVE, { server_id: 'x' }, await tokenHeader({ policies: ['nobody'] })), DENIED)
})

t.test('PUT bootstrap/challenge gives a challenge and the seal, without a token', async (t) => {
  const body = { server_id: 'raft_9' }
  t.match(await vault(t).data('PUT', 'sys/storage/raft/bootstrap/challenge', body, NO_TOKEN), {
    challenge: /^[A-Za-z0-9+/]+={0,2}$/,
    seal_config: {
      type: 'shamir', secret_shares: 1, secret_threshold: 1, pgp_keys: null, nonce: '', backup: false, stored_shares: 1
    }
  })
})

t.test('bootstrap/challenge wants a server, knows no GET, and is shut while sealed', async (t) => {
  const path = 'sys/storage/raft/bootstrap/challenge'
  const { verdict } = vault(t)
  t.equal(await verdict('PUT', path, {}), '400 no server id provided')
  t.equal(await verdict('GET', path), '405 unsupported operation')
  t.equal(await vault(t, { fixture: 'sealed' }).verdict('PUT', path, { server_id: 'x' }), '503 Vault is sealed')
})

const ANSWER = { server_id: 'raft_9', answer: 'AAAA', cluster_addr: '127.0.0.1:1' }
const REFUSED_ANSWERS: readonly (readonly [object, string])[] = [
  [{}, 'no server_id provided'],
  [{ server_id: 'raft_9' }, 'no answer provided'],
  [{ server_id: 'raft_9', answer: 'AAAA' }, 'no cluster_addr provided'],
  [{ ...ANSWER, answer: '!!!' }, 'could not base64 decode answer'],
  [ANSWER, 'invalid answer given'],
  [{ ...ANSWER, server_id: 'never' }, 'no expected answer for the server id provided']
]
for (const [body, text] of REFUSED_ANSWERS) {
  t.test(`PUT bootstrap/answer of ${JSON.stringify(body)} is refused: ${text}`, async (t) => {
    const { send, verdict } = vault(t, VAULT)
    await send('PUT', 'sys/storage/raft/bootstrap/challenge', { server_id: 'raft_9' })
    t.equal(await verdict('PUT', 'sys/storage/raft/bootstrap/answer', body), `400 ${text}`)
  })
}

t.test('PUT bootstrap/answer that nobody asked for is just wrong in OpenBao', async (t) => {
  t.equal(await vault(t, OPENBAO).verdict('PUT', 'sys/storage/raft/bootstrap/answer', ANSWER), '400 invalid answer given')
})

t.test('PUT demote makes a permanent non-voter, PUT promote a voter again (OpenBao)', async (t) => {
  const server = vault(t, { ...OPENBAO, fixture: 'three-voters' })
  const voters = async (): Promise<string[]> =>
    (await servers(server)).filter(({ voter }) => voter).map(({ node_id: id }) => id)
  t.equal(await server.verdict('PUT', 'sys/storage/raft/demote', { server_id: 'raft_2' }), '204')
  t.same(await voters(), ['raft_0', 'raft_1'])
  t.equal(await server.verdict('PUT', 'sys/storage/raft/promote', { server_id: 'raft_2' }), '204')
  t.same(await voters(), ['raft_0', 'raft_1', 'raft_2'])
})

t.test('promote and demote refuse no server, promote also who is no non-voter (OpenBao)', async (t) => {
  const { verdict } = vault(t, OPENBAO)
  for (const word of ['promote', 'demote']) {
    t.equal(await verdict('PUT', `sys/storage/raft/${word}`, {}), '400 no server id provided')
  }
  t.equal(
    await verdict('PUT', 'sys/storage/raft/promote', { server_id: 'nobody' }),
    `500 ${oneError('server is not a non-voter')}`
  )
})

t.test('promote and demote are no paths of Vault', async (t) => {
  const { verdict } = vault(t, VAULT)
  for (const word of ['promote', 'demote']) {
    t.equal(await verdict('PUT', `sys/storage/raft/${word}`, { server_id: 'raft_0' }), UNSUPPORTED_PATH)
  }
})

t.test('GET snapshot gives an archive that POST snapshot takes back', async (t) => {
  const server = vault(t)
  await server.send('PUT', 'secret/data/kept', { data: { a: 1 } })
  const { headers } = await server.send('GET', SNAPSHOT)
  t.match(headers, { 'content-type': 'application/gzip', 'content-disposition': 'attachment' })
  const archive = await snapshotOf(server)
  await server.send('PUT', 'secret/data/lost', { data: { b: 2 } })
  t.equal(await server.verdict('POST', SNAPSHOT, archive), '204')
  t.equal(await server.verdict('GET', 'secret/data/kept'), '200')
  t.equal(await server.verdict('GET', 'secret/data/lost'), '404')
})

t.test('POST snapshot of another cluster is refused; forced, it seals the node until the other keys come', async (t) => {
  const [one, other] = [vault(t, { seed: 1 }), vault(t, { seed: 2 })]
  const archive = await snapshotOf(other)
  t.match(
    await one.verdict('POST', SNAPSHOT, archive),
    /^400 could not verify hash file, possibly the snapshot is using a different set of unseal keys/
  )
  t.equal(await one.verdict('POST', `${SNAPSHOT}-force`, archive), '204')
  t.equal(await one.verdict('GET', 'sys/health'), '503')
  t.match(await one.verdict('PUT', 'sys/unseal', { key: one.server.unsealKeys[0] }), /^400 /)
  t.equal((await one.send('PUT', 'sys/unseal', { key: other.server.unsealKeys[0] })).body.sealed, false)
  t.equal(await one.verdict('GET', 'sys/health'), '200')
})

/** Initialised, and rekeyed after a snapshot was taken. */
async function rekeyed (t: Test, fresh: { secret_shares: number, secret_threshold: number }): Promise<{
  readonly server: Vault
  readonly token: Record<string, string>
  readonly archive: Buffer
  readonly oldKey: string
  readonly newKey: string
}> {
  const server = vault(t, { fixture: 'uninitialized', profile: 'vault-1.14' })
  const { body: { keys: [oldKey], root_token: root } } = await server.send('PUT', 'sys/init', ONE_SHARE)
  await server.send('PUT', 'sys/unseal', { key: oldKey })
  const token = { 'x-vault-token': root }
  const { rawPayload: archive } = await server.server.inject({ url: `/v1/${SNAPSHOT}`, headers: token })
  const { body: { nonce } } = await server.send('PUT', 'sys/rekey/init', fresh)
  const { body: { keys: [newKey] } } = await server.send('PUT', 'sys/rekey/update', { key: oldKey, nonce })
  return { server, token, archive, oldKey, newKey }
}

const ONE_SHARE = { secret_shares: 1, secret_threshold: 1 }
const OTHER_UNSEAL_KEYS = '400 could not verify hash file, possibly the snapshot is using a different set of unseal keys; ' +
  'use the snapshot-force API to bypass this check'
const NOT_THE_KEY = '400 unable to retrieve stored keys: invalid key: failed to decrypt keys from storage: ' +
  'cipher: message authentication failed'

t.test('POST snapshot of the time before a rekey is refused; forced, it brings the old keys back', async (t) => {
  const { server: { verdict, send }, token, archive, oldKey, newKey } = await rekeyed(t, ONE_SHARE)
  t.equal(await verdict('POST', SNAPSHOT, archive, token), OTHER_UNSEAL_KEYS)
  t.equal(await verdict('POST', 'sys/storage/raft/snapshot-force', archive, token), '204')
  t.equal(await verdict('GET', 'sys/health'), '200', 'unsealed and active')
  t.equal(await verdict('PUT', 'sys/seal', undefined, token), '204')
  t.equal(await verdict('PUT', 'sys/unseal', { key: newKey }), NOT_THE_KEY)
  t.match(await send('PUT', 'sys/unseal', { key: oldKey }), { status: 200, body: { sealed: false } })
})

t.test('a node that was rekeyed to more shares opens by as many as the restored seal has', async (t) => {
  const { server, token, archive, oldKey } = await rekeyed(t, { secret_shares: 5, secret_threshold: 3 })
  const { verdict, send } = server
  t.equal(await verdict('POST', 'sys/storage/raft/snapshot-force', archive, token), '204')
  t.equal(await verdict('PUT', 'sys/seal', undefined, token), '204')
  t.match(await send('PUT', 'sys/unseal', { key: oldKey }), { body: { sealed: false, t: 1, n: 1 } })
})

t.test('POST snapshot of the time after a rekey is taken', async (t) => {
  const { server: { server, verdict }, token } = await rekeyed(t, ONE_SHARE)
  const { rawPayload } = await server.inject({ url: `/v1/${SNAPSHOT}`, headers: token })
  t.equal(await verdict('POST', SNAPSHOT, rawPayload, token), '204')
})

const DECOMPRESS = '500 1 error occurred:\n\t* failed to decompress snapshot: '
t.test('POST snapshot of what is no archive is refused', async (t) => {
  const server = vault(t)
  const garbage = 'this is not a gzip file'
  t.equal(await server.verdict('POST', SNAPSHOT), `${DECOMPRESS}EOF\n\n`)
  t.equal(await server.verdict('POST', SNAPSHOT, garbage), `${DECOMPRESS}gzip: invalid header\n\n`)
  t.equal(await server.verdict('POST', `${SNAPSHOT}-force`, garbage), `${DECOMPRESS}gzip: invalid header\n\n`)
  const archive = await snapshotOf(server)
  t.equal(
    await server.verdict('POST', SNAPSHOT, archive.subarray(0, 100)),
    `500 ${oneError('failed to read snapshot file: failed reading snapshot: unexpected EOF')}`
  )
})

t.test('snapshot needs a token; snapshot-force knows no GET', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('GET', SNAPSHOT, undefined, NO_TOKEN), '403 permission denied')
  t.equal(await verdict('POST', SNAPSHOT, 'x', NO_TOKEN), '403 permission denied')
  t.equal(await verdict('GET', `${SNAPSHOT}-force`), UNSUPPORTED_OPERATION)
})

t.test('snapshot of a standby is a redirect to the active node, with or without a token', async (t) => {
  const { control, send } = vault(t, { ...VAULT, fixture: 'three-voters' })
  await control('nodes/raft_1/elect')
  for (const headers of [{}, NO_TOKEN]) {
    const answer = await send('GET', SNAPSHOT, undefined, headers)
    t.match(answer, { status: 307, headers: { location: 'http://127.0.0.1:8202/v1/sys/storage/raft/snapshot' } })
  }
  const { headers } = await send('POST', `${SNAPSHOT}-force?a=b`, 'x')
  t.equal(headers.location, 'http://127.0.0.1:8202/v1/sys/storage/raft/snapshot-force?a=b')
})

t.test('snapshot is refused where raft is not the storage', async (t) => {
  t.equal(await vault(t, { raft: 'ha_storage' }).verdict('GET', SNAPSHOT), '400 raft storage is not in use')
})
