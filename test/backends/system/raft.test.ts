// sys/storage/raft, as a client sees it.
import t from 'tap'
import { vault } from '../../vault-server.js'

t.test('GET storage/raft/configuration lists the servers in the order of the wire', async (t) => {
  const { send } = vault(t, { profile: 'vault-1.14' })
  const { status, text } = await send('GET', 'sys/storage/raft/configuration')
  t.equal(status, 200)
  t.match(text, '"data":{"config":{"servers":[{"node_id":"raft_0","address":"127.0.0.1:8201","leader":true,"protocol_version":"3","voter":true}],"index":0}}')
})

t.test('the documented sample is the answer of the fixture `documented`', async (t) => {
  const { send } = vault(t, { fixture: 'documented' })
  const { body } = await send('GET', 'sys/storage/raft/configuration')
  t.same(body.data, {
    config: {
      index: 24,
      servers: [
        { address: '127.0.0.1:8201', leader: true, node_id: 'raft1', protocol_version: '\u0003', voter: true },
        { address: '127.0.0.2:8201', leader: false, node_id: 'raft2', protocol_version: '\u0003', voter: true }
      ]
    }
  })
})

t.test('POST remove-peer of the documented leader answers 204, and raft2 leads', async (t) => {
  const { send } = vault(t, { fixture: 'documented' })
  const { status, text } = await send('POST', 'sys/storage/raft/remove-peer', { server_id: 'raft1', dr_operation_token: '' })
  t.equal(status, 204)
  t.equal(text, '')
})

t.test('POST remove-peer of an unknown server changes nothing and is no error', async (t) => {
  const { send, server } = vault(t)
  t.equal((await send('POST', 'sys/storage/raft/remove-peer', { server_id: 'nobody' })).status, 204)
  t.equal(server.world.nodes[0]?.cluster.raft.servers.length, 1)
})

t.test('POST remove-peer without a server is refused', async (t) => {
  const { send } = vault(t)
  const { status, text } = await send('POST', 'sys/storage/raft/remove-peer', {})
  t.equal(status, 400)
  t.equal(text, '{"errors":["no server id provided"]}\n')
})

t.test('POST remove-peer of the only server is refused in the words of the raft library', async (t) => {
  const { send } = vault(t)
  const { status, body } = await send('POST', 'sys/storage/raft/remove-peer', { server_id: 'raft_0' })
  t.equal(status, 500)
  t.same(body, { errors: ['1 error occurred:\n\t* need at least one voter in configuration: {[]}\n\n'] })
})

t.test('a request without a token is denied before anything else', async (t) => {
  const { send } = vault(t)
  for (const path of ['sys/storage/raft/configuration', 'sys/storage/raft/nothing', 'nowhere/x']) {
    const { status, text } = await send('GET', path, undefined, { 'x-vault-token': '' })
    t.equal(status, 403)
    t.equal(text, '{"errors":["permission denied"]}\n')
  }
})

t.test('GET snapshot gives an archive that POST snapshot takes back', async (t) => {
  const { send, server } = vault(t)
  await send('PUT', 'secret/data/kept', { data: { a: 1 } })
  const { rawPayload, statusCode, headers } = await server.inject({ url: '/v1/sys/storage/raft/snapshot', headers: { 'x-vault-token': 'root' } })
  t.equal(statusCode, 200)
  t.equal(headers['content-type'], 'application/gzip')
  t.equal(headers['content-disposition'], 'attachment')
  await send('PUT', 'secret/data/lost', { data: { b: 2 } })
  t.equal((await send('POST', 'sys/storage/raft/snapshot', rawPayload)).status, 204)
  t.equal((await send('GET', 'secret/data/kept')).status, 200)
  t.equal((await send('GET', 'secret/data/lost')).status, 404)
})

t.test('the snapshot of another cluster is refused, and forced it seals the node', async (t) => {
  const [one, other] = [vault(t, { seed: 1 }), vault(t, { seed: 2 })]
  const { rawPayload } = await other.server.inject({ url: '/v1/sys/storage/raft/snapshot', headers: { 'x-vault-token': 'root' } })
  const refused = await one.send('POST', 'sys/storage/raft/snapshot', rawPayload)
  t.equal(refused.status, 400)
  t.match(refused.body.errors[0], /^could not verify hash file, possibly the snapshot is using a different set of unseal keys/)
  t.equal((await one.send('POST', 'sys/storage/raft/snapshot-force', rawPayload)).status, 204)
  t.equal((await one.send('GET', 'sys/health')).status, 503)
  t.equal((await one.send('PUT', 'sys/unseal', { key: one.server.unsealKeys[0] })).status, 400)
  t.equal((await one.send('PUT', 'sys/unseal', { key: other.server.unsealKeys[0] })).body.sealed, false)
  t.equal((await one.send('GET', 'sys/health')).status, 200)
})

t.test('automated snapshots are stored as types, listed, run on the timeline and deleted', async (t) => {
  const { send, server } = vault(t, { time: 'manual', startAtMs: Date.UTC(2025, 0, 1) })
  const settings = { interval: '1d', storage_type: 'aws-s3', aws_s3_bucket: 'b', aws_s3_region: 'r', retain: '5', path_prefix: 'p' }
  t.equal((await send('POST', 'sys/storage/raft/snapshot-auto/config/daily', settings)).status, 204)
  t.match((await send('GET', 'sys/storage/raft/snapshot-auto/config/daily')).body.data, { interval: 86400, retain: 5, file_prefix: 'vault-snapshot' })
  t.same((await send('LIST', 'sys/storage/raft/snapshot-auto/config')).body.data, { keys: ['daily'] })
  server.world.timeline.advance(86_400_000)
  t.match((await send('GET', 'sys/storage/raft/snapshot-auto/status/daily')).body.data, { last_snapshot_start: '2025-01-02T00:00:00Z', last_snapshot_error: '' })
  t.equal((await send('DELETE', 'sys/storage/raft/snapshot-auto/config/daily')).status, 204)
  t.equal((await send('LIST', 'sys/storage/raft/snapshot-auto/config')).text, '{"errors":[]}\n')
})
