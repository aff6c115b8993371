// sys/capabilities, sys/capabilities-self, sys/capabilities-accessor
import t, { type Test } from 'tap'
import { oneError, vault, type Vault } from '../../vault-server.js'

const READER = `path "secret/data/*" { capabilities = ["read"] }
path "sys/storage/raft/configuration" { capabilities = ["read"] }`

interface Reader extends Vault {
  /** presents a token with the policy `reader` */
  readonly asReader: Record<string, string>
}

async function withReader (t: Test): Promise<Reader> {
  const server = vault(t)
  await server.send('PUT', 'sys/policies/acl/reader', { policy: READER })
  return { ...server, asReader: await server.tokenHeader({ policies: ['reader'] }) }
}

t.test('POST capabilities-self tells what the caller may do at each path', async (t) => {
  const { data, asReader } = await withReader(t)
  const paths = ['secret/data/x', 'sys/storage/raft/configuration', 'sys/nowhere']
  t.same(await data('POST', 'sys/capabilities-self', { paths }, asReader), {
    'secret/data/x': ['read'], 'sys/storage/raft/configuration': ['read'], 'sys/nowhere': ['deny']
  })
})

t.test('POST capabilities-self answers one path twice, also in the deprecated field', async (t) => {
  const { data, asReader } = await withReader(t)
  const answer = { capabilities: ['read'], 'secret/data/x': ['read'] }
  t.same(await data('POST', 'sys/capabilities-self', { path: 'secret/data/x' }, asReader), answer)
  t.same(await data('POST', 'sys/capabilities-self', { paths: 'secret/data/x' }, asReader), answer)
})

t.test('POST capabilities asks about another token', async (t) => {
  const { data, asReader } = await withReader(t)
  const token = asReader['x-vault-token']
  t.same(await data('POST', 'sys/capabilities', { token, path: 'secret/data/x' }), {
    'secret/data/x': ['read'], capabilities: ['read']
  })
  t.same(await data('POST', 'sys/capabilities', { token: 'root', paths: ['x'] }), { x: ['root'], capabilities: ['root'] })
})

t.test('POST capabilities-accessor asks about the token of an accessor', async (t) => {
  const { data } = vault(t)
  const { accessor } = await data('GET', 'auth/token/lookup-self')
  t.same(await data('POST', 'sys/capabilities-accessor', { accessor, paths: 'x,y' }), { x: ['root'], y: ['root'] })
})

t.test('POST capabilities… refuses no path, an unknown token and an unknown accessor', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('POST', 'sys/capabilities-self', {}), '400 paths must be supplied')
  t.equal(await verdict('POST', 'sys/capabilities', { token: 'none', paths: 'x' }), `400 ${oneError('invalid token')}`)
  t.equal(await verdict('POST', 'sys/capabilities-accessor', { paths: 'x' }), '400 missing accessor')
  const unknown = { accessor: 'none', paths: 'x' }
  t.equal(await verdict('POST', 'sys/capabilities-accessor', unknown), `400 ${oneError('invalid accessor')}`)
})
