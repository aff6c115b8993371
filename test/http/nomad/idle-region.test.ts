// Nomad: what a region says in which nothing runs.
import t from 'tap'
import { NomadRegion } from '../../nomad/region-of-servers.js'
import { client, guarded, UNKNOWN } from './guarded.js'

const LISTS = ['jobs', 'nodes', 'allocations', 'evaluations', 'deployments', 'services', 'volumes?type=csi', 'volumes?type=host']

t.test('lists are empty, with the headers of a read', async (t) => {
  const nomad = new NomadRegion()
  for (const list of LISTS) {
    const { status, text, headers } = await nomad.send(`GET /v1/${list}`, { to: 1 })
    t.same([status, text], [200, '[]'], list)
    t.match(headers, { 'x-nomad-index': '0', 'x-nomad-knownleader': 'true', 'x-nomad-lastcontact': '0' }, list)
  }
})

t.test('volumes without a type are an empty list, of a strange one 404', async (t) => {
  const nomad = new NomadRegion({ acl: true })
  t.same(await nomad.says('GET /v1/volumes'), [200, '[]'])
  t.same(await nomad.says('GET /v1/volumes?type=x'), [404, 'resource not found'])
})

t.test('the namespace and the node pools that nobody made', async (t) => {
  const nomad = new NomadRegion()
  const namespaces = await nomad.send('GET /v1/namespaces')
  t.equal(namespaces.text, '[{"Capabilities":null,"CreateIndex":1,"Description":"Default shared namespace","Hash":"C7UbjDwBK0dK8wQq7Izg7SJIzaV+lIo2X7wRtzY3pSw=","Meta":null,"ModifyIndex":1,"Name":"default","Quota":""}]')
  t.equal(namespaces.headers['x-nomad-index'], '1')
  const names = async (path: string): Promise<string[]> => {
    return (await nomad.send(`GET ${path}`)).body.map(({ Name }: { Name: string }) => Name)
  }
  t.same(await names('/v1/node/pools'), ['all', 'default'])
  t.same(await names('/v1/node/pools?prefix=d'), ['default'])
})

t.test('without the capability: 403', async (t) => {
  const { nomad, secret } = await guarded()
  const strange = await client(nomad, secret, 'namespace "other" { policy = "write" }\nagent { policy = "write" }')
  for (const list of LISTS) {
    for (const token of ['', UNKNOWN, strange]) {
      t.same(await nomad.says(`GET /v1/${list}`, { headers: { 'x-nomad-token': token } }), [403, 'Permission denied'], `${list} ${token}`)
    }
  }
})

t.test('with it: the list, in the namespace that is asked for', async (t) => {
  const { nomad, secret } = await guarded()
  nomad.token = await client(nomad, secret, 'namespace "team-*" { policy = "read" }\nnode { policy = "read" }')
  t.same(await nomad.says('GET /v1/jobs?namespace=team-a'), [200, '[]'])
  t.same(await nomad.says('GET /v1/jobs?namespace=default'), [403, 'Permission denied'])
  t.same(await nomad.says('GET /v1/jobs?namespace=*'), [200, '[]'], 'of all namespaces everybody sees their own')
  t.same(await nomad.says('GET /v1/nodes'), [200, '[]'])
})

t.test('namespaces and node pools are those that a token sees', async (t) => {
  const { nomad, secret } = await guarded()
  t.same(await nomad.says('GET /v1/namespaces'), [200, '[]'])
  t.same(await nomad.says('GET /v1/namespaces', { headers: { 'x-nomad-token': UNKNOWN } }), [403, 'Permission denied'])
  nomad.token = await client(nomad, secret, 'namespace "default" { policy = "read" }\nnode_pool "all" { policy = "read" }')
  t.equal((await nomad.send('GET /v1/namespaces')).body.length, 1)
  t.same((await nomad.send('GET /v1/node/pools')).body.map(({ Name }: { Name: string }) => Name), ['all'])
})

t.test('garbage collection and reconciling are for managers, and answer nothing', async (t) => {
  const { nomad, secret } = await guarded()
  for (const path of ['/v1/system/gc', '/v1/system/reconcile/summaries']) {
    t.same(await nomad.says(`PUT ${path}`), [403, 'Permission denied'])
    t.same(await nomad.says(`PUT ${path}`, { headers: { 'x-nomad-token': secret }, to: 2 }), [200, ''])
    t.same(await nomad.says(`GET ${path}`), [405, 'Invalid method'])
  }
})

t.test('a job is refused by name', async (t) => {
  t.same(await new NomadRegion().says('PUT /v1/jobs', { body: { Job: {} } }), [501, 'vault-mock does not simulate jobs'])
})

t.test('without a leader: 500, but a stale read is answered', async (t) => {
  const nomad = new NomadRegion({ time: 'manual' })
  nomad.stop(1)
  nomad.stop(2)
  nomad.advance(5000)
  t.same(await nomad.says('GET /v1/jobs'), [500, 'No cluster leader'])
  const { status, headers } = await nomad.send('GET /v1/jobs?stale')
  t.equal(status, 200)
  t.equal(headers['x-nomad-knownleader'], 'false')
})
