// sys/health, sys/seal-status, sys/init and their neighbours.
import t from 'tap'
import { vault } from '../../vault-server.js'

t.test('GET health tells the state by its code, and codes can be replaced', async (t) => {
  const { send } = vault(t, { fixture: 'uninitialized' })
  t.equal((await send('GET', 'sys/health')).status, 501)
  t.equal((await send('GET', 'sys/health?uninitcode=299')).status, 299)
  t.equal((await send('GET', 'sys/health?uninitcode=abc')).status, 400)
})

for (const code of [204, 304, 299, 700]) {
  t.test(`health told to answer ${code} has its label, and a body where HTTP allows one`, async (t) => {
    const { send } = vault(t)
    const { status, headers, text } = await send('GET', `sys/health?activecode=${code}`)
    t.equal(status, code)
    t.equal(headers['content-type'], 'application/json')
    t.equal(text === '', code === 204 || code === 304)
  })
}

t.test('GET health of a sealed node is a 503', async (t) => {
  const { send } = vault(t, { fixture: 'sealed' })
  const { status, body } = await send('GET', 'sys/health')
  t.equal(status, 503)
  t.match(body, { initialized: true, sealed: true, standby: true })
})

t.test('init, unseal in parts, seal: a node goes through its life', async (t) => {
  const { send } = vault(t, { fixture: 'uninitialized' })
  const { body } = await send('PUT', 'sys/init', { secret_shares: 5, secret_threshold: 3 })
  t.equal(body.keys.length, 5)
  t.match(await send('PUT', 'sys/unseal', { key: body.keys[0] }), { body: { sealed: true, progress: 1, t: 3, n: 5 } })
  t.match(await send('PUT', 'sys/unseal', { key: body.keys_base64[1] }), { body: { progress: 2 } })
  t.match(await send('PUT', 'sys/unseal', { key: body.keys[4] }), { body: { sealed: false, progress: 0 } })
  t.equal((await send('GET', 'sys/health')).status, 200)
  t.equal((await send('PUT', 'sys/seal', undefined, { 'x-vault-token': body.root_token })).status, 204)
  t.equal((await send('GET', 'sys/health')).status, 503)
})

t.test('wrong shares do not open a node, and the progress starts again', async (t) => {
  const { send } = vault(t, { fixture: 'sealed' })
  const { status, body } = await send('PUT', 'sys/unseal', { key: 'ab'.repeat(32) })
  t.equal(status, 400)
  t.match(body.errors[0], 'message authentication failed')
  t.match((await send('GET', 'sys/seal-status')).body, { sealed: true, progress: 0 })
})

for (const [profile, version] of [['documented', '1.14.9+ent'], ['vault-1.21', '1.21.4+ent'], ['openbao-2.5', '2.5.5']] as const) {
  t.test(`profile ${profile} reports version ${version}`, async (t) => {
    const { send } = vault(t, { profile })
    t.equal((await send('GET', 'sys/seal-status')).body.version, version)
  })
}

t.test('a performance standby is a 473 unless it is welcome', async (t) => {
  const { send, server } = vault(t, { fixture: 'three-voters', performanceStandbys: true })
  server.world.nodes[0]?.cluster.raft.electNode('raft_1')
  t.equal((await send('GET', 'sys/health')).status, 473)
  t.equal((await send('GET', 'sys/health?perfstandbyok=true')).status, 200)
  t.equal((await send('GET', 'sys/health?standbyok=true')).status, 473)
})

t.test('1.19 and later: a removed node seals itself, is a 530, and cannot be unsealed', async (t) => {
  const { send, server } = vault(t, { fixture: 'three-voters', profile: 'vault-1.21' })
  server.world.nodes[0]?.cluster.raft.electNode('raft_1')
  t.equal((await send('POST', 'sys/storage/raft/remove-peer', { server_id: 'raft_0' })).status, 204)
  t.equal((await send('GET', 'sys/health')).status, 530)
  const { status, body } = await send('PUT', 'sys/unseal', { key: server.unsealKeys[0] })
  t.equal(status, 500)
  t.same(body, { errors: ['node was removed from a HA cluster'] })
})

t.test('generate-root makes a working root token from the shares', async (t) => {
  const { send, server } = vault(t)
  const { body: { nonce, otp } } = await send('PUT', 'sys/generate-root/attempt', {})
  const { body } = await send('PUT', 'sys/generate-root/update', { key: server.unsealKeys[0], nonce })
  const token = Buffer.from(body.encoded_token, 'base64').map((byte, i) => byte ^ otp.charCodeAt(i)).toString()
  t.equal((await send('GET', 'auth/token/lookup-self', undefined, { 'x-vault-token': token })).status, 200)
})

t.test('rekey replaces the shares', async (t) => {
  const { send, server } = vault(t)
  const { body: { nonce } } = await send('PUT', 'sys/rekey/init', { secret_shares: 3, secret_threshold: 2 })
  const { body } = await send('PUT', 'sys/rekey/update', { key: server.unsealKeys[0], nonce })
  await send('PUT', 'sys/seal')
  t.equal((await send('PUT', 'sys/unseal', { key: server.unsealKeys[0] })).status, 200)
  t.equal((await send('PUT', 'sys/unseal', { reset: true })).status, 200)
  await send('PUT', 'sys/unseal', { key: body.keys[0] })
  t.equal((await send('PUT', 'sys/unseal', { key: body.keys[2] })).body.sealed, false)
})

t.test('a DR secondary shows the license without a token', async (t) => {
  const { send } = vault(t, { fixture: 'dr-secondary' })
  t.equal((await send('GET', 'sys/health')).status, 472)
  const { status, body } = await send('GET', 'sys/replication/dr/secondary/license/status', undefined, { 'x-vault-token': '' })
  t.equal(status, 200)
  t.ok(body.data.autoloaded.features.includes('DR Replication'))
})
