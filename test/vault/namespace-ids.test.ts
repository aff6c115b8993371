// Tokens, accessors and leases of one namespace, named in requests of another.
import t, { type Test } from 'tap'
import type { ServerOptions } from '../../src/index.js'
import { DENIED, oneError, UNSUPPORTED_PATH, vault, type Vault } from '../vault-server.js'

const ALL = { all: 'path "*" { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }' }
const BAO = { profile: 'openbao-2.5' } as const

interface Neighbours extends Vault {
  /** headers of the one who may do all in `a`, and in `b` */
  readonly inA: Record<string, string>
  readonly inB: Record<string, string>
  readonly accessor: string
}

async function neighbours (t: Test, options: ServerOptions = {}): Promise<Neighbours> {
  const server = vault(t, { ...options, policies: ALL, namespaces: { a: { policies: ALL }, b: { policies: ALL } } })
  const auth = async (namespace: string): Promise<any> => {
    const { body } = await server.send('POST', `${namespace}/auth/token/create`, { policies: ['all'], ttl: '1h' })
    return body.auth
  }
  const { client_token: token, accessor } = await auth('a')
  return {
    ...server,
    accessor,
    inA: { 'x-vault-namespace': 'a', 'x-vault-token': token },
    inB: { 'x-vault-namespace': 'b', 'x-vault-token': (await auth('b')).client_token }
  }
}

t.test("a token in the body is dealt with in its own namespace, but the root's in the request's", async (t) => {
  const { verdict, data, inA, inB } = await neighbours(t)
  t.equal(await verdict('POST', 'auth/token/lookup', { token: inA['x-vault-token'] }, inB), DENIED)
  t.match(await data('POST', 'auth/token/lookup', { token: inA['x-vault-token'] }), { namespace_path: 'a/' })
  t.match(await data('POST', 'auth/token/lookup', { token: 'root' }, inA), { id: 'root', policies: ['root'] })
  t.equal(await verdict('POST', 'auth/token/lookup', { token: 'hvs.x.none' }, inA), '403 bad token')
})

t.test('a lookup without a token is of the caller, whatever namespace it names', async (t) => {
  const { data, inA } = await neighbours(t)
  const elsewhere = { ...inA, 'x-vault-namespace': 'b' }
  t.match(await data('POST', 'auth/token/lookup', {}, elsewhere), { id: inA['x-vault-token'], namespace_path: 'a/' })
})

t.test('an accessor shows and revokes its token in any namespace, but renews it in its own alone', async (t) => {
  const { verdict, data, inA, inB, accessor } = await neighbours(t)
  t.match(await data('POST', 'auth/token/lookup-accessor', { accessor }, inB), { accessor, namespace_path: 'a/' })
  t.equal(
    await verdict('POST', 'auth/token/renew-accessor', { accessor }, inB),
    `500 ${oneError('cannot renew a token across namespaces')}`
  )
  t.equal(await verdict('POST', 'auth/token/renew-accessor', { accessor }, inA), '200')
  t.equal(await verdict('POST', 'auth/token/revoke-accessor', { accessor }, inB), '204')
  t.match(await verdict('GET', 'auth/token/lookup-self', undefined, inA), /^403/)
})

t.test('in OpenBao an accessor neither renews nor revokes but in its own namespace', async (t) => {
  const { verdict, send, inA, inB, accessor } = await neighbours(t, BAO)
  t.equal(
    await verdict('POST', 'auth/token/renew-accessor', { accessor }, inB), `400 ${oneError('invalid accessor')}`
  )
  t.same(
    (await send('POST', 'auth/token/revoke-accessor', { accessor }, inB)).body.warnings,
    ['No token found with this accessor']
  )
  t.equal(await verdict('POST', 'auth/token/renew-accessor', { accessor }, inA), '200')
  t.equal(await verdict('POST', 'auth/token/revoke-accessor', { accessor }, inA), '204')
})

/** A certificate with a lease, in `a`. */
async function leased ({ send, inA }: Neighbours): Promise<string> {
  await send('POST', 'sys/mounts/pki', { type: 'pki' }, inA)
  await send('POST', 'pki/root/generate/internal', { common_name: 'a.test', key_type: 'ec' }, inA)
  await send('POST', 'pki/roles/web', { allow_any_name: true, generate_lease: true, key_type: 'ec' }, inA)
  return (await send('POST', 'pki/issue/web', { common_name: 'x.a.test', ttl: '1h' }, inA)).body.lease_id
}

t.test('a lease named in the path is revoked from any namespace, and renewed from its own alone', async (t) => {
  const server = await neighbours(t)
  const { verdict, data, inA, inB } = server
  const leaseId = await leased(server)
  t.equal(await verdict('PUT', 'sys/leases/lookup', { lease_id: leaseId }, inB), DENIED)
  const across = '400 cannot renew a lease across namespaces'
  t.equal(await verdict('PUT', `sys/leases/renew/${leaseId}`, {}, inB), across)
  t.equal(await verdict('PUT', `sys/leases/revoke/${leaseId}`, {}, inB), '204')
  t.equal((await data('LIST', 'pki/certs/revoked', undefined, inA)).keys.length, 1)
})

t.test('in OpenBao a lease named in the path is known in its own namespace alone', async (t) => {
  const server = await neighbours(t, BAO)
  const { verdict, inA, inB } = server
  const leaseId = await leased(server)
  for (const path of ['sys/leases/renew', 'sys/leases/revoke']) {
    t.equal(await verdict('PUT', `${path}/${leaseId}`, {}, inB), '400 invalid lease', path)
  }
  t.equal(await verdict('PUT', `sys/leases/revoke/${leaseId}`, {}, inA), '204')
})

t.test('OpenBao has no old names of the paths of leases', async (t) => {
  const { verdict } = vault(t, BAO)
  for (const path of ['sys/renew', 'sys/revoke', 'sys/revoke-prefix/x', 'sys/revoke-force/x']) {
    t.equal(await verdict('PUT', path, { lease_id: 'x' }), UNSUPPORTED_PATH, path)
  }
})
