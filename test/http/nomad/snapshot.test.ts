// Nomad's snapshots over HTTP.
import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { NomadRegion, type NomadReply } from '../../nomad/region-of-servers.js'
import { guarded, UNKNOWN } from './guarded.js'

const SNAPSHOT = '/v1/operator/snapshot'

/** Sends an archive back. */
async function restore (nomad: NomadRegion, archive: Buffer | string, to = 0): Promise<NomadReply> {
  return await nomad.send(`PUT ${SNAPSHOT}`, { body: archive, to })
}

/** A file of a tar: everything here is below one block. */
function fileIn (archive: Buffer, name: string): Buffer {
  const tar = gunzipSync(archive)
  const at = tar.indexOf(`${name}\0`)
  const size = parseInt(tar.toString('latin1', at + 124, at + 135), 8)
  return tar.subarray(at + 512, at + 512 + size)
}

t.test('it is an archive with its digest', async (t) => {
  const nomad = new NomadRegion({ profile: 'nomad-2.0' })
  const { status, bytes, headers } = await nomad.send(`GET ${SNAPSHOT}`, { to: 1 })
  t.equal(status, 200)
  t.equal(headers['content-type'], 'application/x-gzip')
  t.equal(headers.digest, `sha-256=${createHash('sha256').update(bytes).digest('base64')}`)
  const meta = JSON.parse(fileIn(bytes, 'meta.json').toString())
  t.match(meta, { Version: 1, Index: 7, Configuration: { Servers: [{ ID: nomad.id(0), Suffrage: 0 }, {}, {}] } })
  const state = fileIn(bytes, 'state.bin')
  t.equal(state.length, meta.Size)
  t.equal(state[0], 0x80, 'an empty struct for a header')
  t.match(fileIn(bytes, 'SHA256SUMS').toString(), `${createHash('sha256').update(state).digest('hex')}  state.bin\n`)
})

t.test('a restore brings tokens, policies and settings back, and the log goes on', async (t) => {
  const { nomad, secret } = await guarded()
  nomad.token = secret
  await nomad.send('PUT /v1/acl/policy/p', { body: { Name: 'p', Rules: 'node { policy = "read" }' } })
  const made = (await nomad.send('PUT /v1/acl/token', { body: { Name: 'kept', Type: 'client', Policies: ['p'], ExpirationTTL: '24h' } })).body
  const before = nomad.region.acl.state
  const { bytes } = await nomad.send(`GET ${SNAPSHOT}`)
  await nomad.send(`DELETE /v1/acl/token/${made.AccessorID}`)
  await nomad.send('DELETE /v1/acl/policy/p')
  await nomad.send('PUT /v1/operator/scheduler/configuration', { body: { SchedulerAlgorithm: 'spread' } })
  const index = nomad.region.raft.lastIndex
  const { status, text } = await restore(nomad, bytes, 2)
  t.same([status, text], [200, ''])
  t.same(nomad.region.acl.state, before)
  t.equal(nomad.region.scheduler.config.algorithm, 'binpack')
  t.ok(nomad.region.raft.lastIndex > index)
})

t.test('another region takes it, the tokens of the first included', async (t) => {
  const { nomad, secret } = await guarded()
  nomad.token = secret
  const { bytes } = await nomad.send(`GET ${SNAPSHOT}`)
  const other = new NomadRegion()
  t.equal((await restore(other, bytes)).status, 200)
  t.equal(other.region.acl.tokens[0]?.secretId, secret)
  t.equal(other.region.signingKey.id, nomad.region.signingKey.id)
})

t.test('what is no sound archive is told, and nothing changes', async (t) => {
  const nomad = new NomadRegion()
  const { state } = nomad.region
  const { bytes } = await nomad.send(`GET ${SNAPSHOT}`)
  const broken = Buffer.from(bytes)
  broken.write('X', broken.indexOf('binpack'))
  const says = async (archive: Buffer | string): Promise<string> => (await restore(nomad, archive)).text
  t.equal(await says(''), 'failed to restore from snapshot: failed to decompress snapshot: EOF')
  t.equal(await says('no archive'), 'failed to restore from snapshot: failed to decompress snapshot: gzip: invalid header')
  t.match(await says(broken), 'failed to restore from snapshot: failed to read snapshot file: failed checking integrity of snapshot: hash check failed for "state.bin"')
  t.match(await says(bytes.subarray(0, 900)), /^failed to restore from snapshot: failed to read snapshot file: /)
  t.same(nomad.region.state, state)
})

t.test('it takes a management token', async (t) => {
  const { nomad } = await guarded()
  for (const line of [`GET ${SNAPSHOT}`, `PUT ${SNAPSHOT}`]) {
    t.same(await nomad.says(line, { headers: { 'x-nomad-token': UNKNOWN } }), [403, 'Permission denied'])
  }
  t.same(await nomad.says(`DELETE ${SNAPSHOT}`), [405, 'Invalid method'])
})
