// GET /_mock/provenance: how far an answer can be trusted.
import t, { type Test } from 'tap'
import { createServer, type ServerOptions } from '../../src/index.js'

async function ask (t: Test, query: string, options: ServerOptions = {}) {
  const server = createServer(options)
  t.teardown(() => server.close())
  const { statusCode, payload } = await server.inject(`/_mock/provenance${query}`)
  return { status: statusCode, body: JSON.parse(payload) }
}

t.test('a path is found by the mounts that there are', async (t) => {
  const { body } = await ask(t, '?path=secret/data/app&method=get', { profile: 'vault-1.14' })
  t.match(body.operations, [{ path: '{kv version 2}/data/{path}', method: 'GET', profile: 'vault-1.14', origin: 'recorded' }])
  t.match(body.operations[0].source, /^conformance\/recorded\/vault-1\.14, core: /)
  t.ok(body.operations[0].answers > 0)
})

t.test('a recording of one profile proves nothing of another', async (t) => {
  const [own] = (await ask(t, '?path=/v1/sys/mounts&method=GET&profile=documented')).body.operations
  t.match(own, { origin: 'documented', source: /api-docs\/system\/mounts$/, recordedWith: ['openbao-2.5', 'vault-1.14'] })
  t.match((await ask(t, '?path=sys/mounts&profile=openbao-2.5')).body.operations, [{ origin: 'recorded' }])
  const [page] = (await ask(t, '?path=sys/rekey/backup&method=GET&profile=openbao-2.5')).body.operations
  t.match(page, { origin: 'inferred', source: /another server: https:\/\/developer\.hashicorp\.com/ })
})

t.test('enterprise answers rest on documents, whatever a community server was seen to refuse', async (t) => {
  const query = '?path=sys/replication/performance/primary/enable'
  t.match((await ask(t, `${query}&profile=vault-1.14`)).body.operations, [{ origin: 'documented', answers: 0 }])
  t.match((await ask(t, `${query}&profile=openbao-2.5`)).body.operations, [{ origin: 'recorded', answers: 0 }])
})

t.test('what is refused by name is never recorded', async (t) => {
  const { body } = await ask(t, '?path=sys/pprof&method=GET&profile=vault-1.14')
  t.match(body.operations, [{ origin: 'inferred', source: /not simulated/ }])
})

t.test('what a node answers by itself, and a path as the list has it', async (t) => {
  t.match((await ask(t, '?path=sys/health')).body.operations.map((each: { method: string }) => each.method), ['GET', 'HEAD'])
  const { body } = await ask(t, `?path=${encodeURIComponent('sys/mounts/{path}/tune')}&method=PUT`)
  t.match(body.operations, [{ method: 'POST' }])
})

t.test('without a path it is everything; Nomad has profiles of its own', async (t) => {
  t.ok((await ask(t, '')).body.operations.length > 300)
  const query = '?path=/v1/operator/raft/configuration&profile='
  t.match((await ask(t, `${query}nomad-2.0`)).body.operations, [{ method: 'GET', origin: 'documented' }])
  t.match((await ask(t, '?path=/v1/agent/members&profile=nomad-documented')).body.operations, [{ origin: 'inferred' }])
})

t.test('names that there are not', async (t) => {
  t.match(await ask(t, '?path=nowhere/x'), { status: 404, body: { errors: ['nothing answers "nowhere/x": ask without path for the whole list'] } })
  t.match(await ask(t, '?path=sys/leader&method=DELETE'), { status: 404, body: { errors: ['there is no method "DELETE"; there is GET'] } })
  t.match((await ask(t, '?profile=vault-9')).body.errors[0], /^there is no profile "vault-9"; there is documented, vault-1\.14/)
})
