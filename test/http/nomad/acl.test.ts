// Nomad's ACLs over HTTP: who may do what, the first token, tokens and policies.
import t from 'tap'
import { NomadRegion } from '../../nomad/region-of-servers.js'
import { client, guarded, UNKNOWN } from './guarded.js'

const CONFIGURATION = 'GET /v1/operator/raft/configuration'
const GUARDED = [CONFIGURATION, 'DELETE /v1/operator/raft/peer?id=x', 'PUT /v1/operator/raft/transfer-leadership?address=1.2.3.4:1', 'GET /v1/operator/autopilot/configuration', 'GET /v1/operator/autopilot/health']

t.test('off: everything works without a token, the ACL paths are 400', async (t) => {
  const nomad = new NomadRegion()
  t.equal((await nomad.send(CONFIGURATION, { headers: { 'x-nomad-token': 'nonsense' } })).status, 200)
  for (const line of ['POST /v1/acl/bootstrap', 'GET /v1/acl/tokens', 'GET /v1/acl/policies']) t.same(await nomad.says(line), [400, 'ACL support disabled'])
  t.match(await nomad.send('GET /v1/acl/token/self'), { status: 200, body: { AccessorID: 'acls-disabled' } })
})

t.test('bootstrap gives the first management token, once', async (t) => {
  const nomad = new NomadRegion({ acl: true })
  const { status, body, headers } = await nomad.send('POST /v1/acl/bootstrap', { to: 1 })
  t.equal(status, 200)
  t.same(Object.keys(body), ['ExpirationTTL', 'AccessorID', 'SecretID', 'Name', 'Type', 'Policies', 'Roles', 'Global', 'Hash', 'CreateTime', 'ExpirationTime', 'CreateIndex', 'ModifyIndex'])
  t.match(body, { ExpirationTTL: '', Name: 'Bootstrap Token', Type: 'management', Policies: null, Roles: null, Global: true, ExpirationTime: null, CreateIndex: 8, ModifyIndex: 8 })
  t.equal(headers['x-nomad-index'], '8')
  t.same(await nomad.says('POST /v1/acl/bootstrap', { to: 2 }), [400, 'ACL bootstrap already done (reset index: 8)'])
})

t.test('a time to live is text or a number of nanoseconds; Nomad looks at nothing else', async (t) => {
  const { nomad, secret } = await guarded()
  const headers = { 'x-nomad-token': secret }
  const expiry = async (ExpirationTTL: unknown): Promise<unknown> => {
    const body = { Type: 'management', ExpirationTTL }
    const answer = await nomad.send('PUT /v1/acl/token', { body, headers })
    return answer.status === 200 ? answer.body.ExpirationTime !== null : answer.text
  }
  for (const ttl of ['1h', 3.6e12]) t.equal(await expiry(ttl), true, JSON.stringify(ttl))
  for (const ttl of ['', 0, {}, [], [1], { a: 1 }, true, null]) t.equal(await expiry(ttl), false, JSON.stringify(ttl))
  t.equal(await expiry('soon'), 'time: invalid duration "soon"')
  t.same(await nomad.says('PUT /v1/acl/token/null', { body: { ExpirationTTL: {} }, headers }), [400, 'ACL token accessor does not match request path'])
})

t.test('bootstrap takes a secret that is a UUID', async (t) => {
  const nomad = new NomadRegion({ acl: true })
  t.same(await nomad.says('PUT /v1/acl/bootstrap', { body: { BootstrapSecret: 'x' } }), [400, 'invalid acl token'])
  t.equal((await nomad.send('PUT /v1/acl/bootstrap', { body: { BootstrapSecret: UNKNOWN } })).body.SecretID, UNKNOWN)
})

t.test('a second bootstrap is refused at once where there is no leader', async (t) => {
  const { nomad } = await guarded()
  nomad.stop(1)
  nomad.stop(2)
  t.equal((await nomad.says('POST /v1/acl/bootstrap'))[0], 400)
})

t.test('without a management token: 403, on every server', async (t) => {
  const { nomad, secret } = await guarded()
  const reader = await client(nomad, secret, 'node { policy = "read" }')
  for (const line of GUARDED) {
    for (const token of ['', UNKNOWN, 'no-uuid', reader]) {
      for (const to of [0, 2]) t.same(await nomad.says(line, { to, headers: { 'x-nomad-token': token } }), [403, 'Permission denied'], `${line} ${token}`)
    }
  }
  for (const to of [0, 1, 2]) t.equal((await nomad.send(CONFIGURATION, { to, headers: { 'x-nomad-token': secret } })).status, 200)
})

t.test('the token also comes as Bearer, in any case; Basic is none', async (t) => {
  const { nomad, secret } = await guarded()
  for (const scheme of ['Bearer', 'bearer', 'BEARER']) t.equal((await nomad.send(CONFIGURATION, { headers: { authorization: `${scheme} ${secret}` } })).status, 200)
  t.equal((await nomad.send(CONFIGURATION, { headers: { authorization: `Basic ${secret}` } })).status, 403)
})

t.test('what is wrong with the form is said first', async (t) => {
  const { nomad } = await guarded()
  t.equal((await nomad.send(`${CONFIGURATION}?stale=maybe`)).status, 400)
  t.equal((await nomad.send('DELETE /v1/operator/raft/peer')).status, 400)
})

t.test('policies open autopilot, members and self, but not raft', async (t) => {
  const { nomad, secret } = await guarded()
  const reader = { 'x-nomad-token': await client(nomad, secret, 'operator { policy = "read" }\nagent { policy = "read" }\nnode { policy = "read" }') }
  for (const line of ['GET /v1/operator/autopilot/configuration', 'GET /v1/operator/autopilot/health', 'GET /v1/agent/members', 'GET /v1/agent/self']) t.equal((await nomad.send(line, { headers: reader })).status, 200, line)
  t.same(await nomad.says('PUT /v1/operator/autopilot/configuration', { body: {}, headers: reader }), [403, 'Permission denied'])
  t.same(await nomad.says(CONFIGURATION, { headers: reader }), [403, 'Permission denied'])
  const writer = { 'x-nomad-token': await client(nomad, secret, 'operator { policy = "write" }') }
  t.same(await nomad.says('PUT /v1/operator/autopilot/configuration', { body: {}, headers: writer }), [200, 'true'])
})

t.test('open to all: status, regions, health', async (t) => {
  const { nomad } = await guarded()
  for (const line of ['GET /v1/status/leader', 'GET /v1/status/peers', 'GET /v1/regions', 'GET /v1/agent/health']) t.equal((await nomad.send(line)).status, 200, line)
})

t.test('who am I', async (t) => {
  const { nomad, secret } = await guarded()
  t.match(await nomad.send('GET /v1/acl/token/self'), { status: 200, body: { AccessorID: 'anonymous', Type: 'client' } })
  const { body, headers } = await nomad.send('GET /v1/acl/token/self', { to: 1, headers: { 'x-nomad-token': secret } })
  t.equal(body.SecretID, secret)
  t.match(headers, { 'x-nomad-index': '8', 'x-nomad-knownleader': 'true', 'x-nomad-lastcontact': '0' })
  for (const line of ['GET /v1/acl/token/self', 'GET /v1/agent/self']) {
    const [status, text] = await nomad.says(line, { headers: { 'x-nomad-token': 'no-uuid' } })
    t.equal(status, 500)
    t.match(text, /^failed to parse signed token: /)
    t.same(await nomad.says(line, { headers: { 'x-nomad-token': UNKNOWN } }), [403, 'ACL token not found'])
  }
})

t.test('tokens are made, read, listed, changed and deleted', async (t) => {
  const { nomad, secret } = await guarded()
  nomad.token = secret
  const made = await nomad.send('POST /v1/acl/token', { body: { Name: 'a', Type: 'client', Policies: ['missing'] }, to: 1 })
  t.match(made.body, { Name: 'a', Type: 'client', Policies: ['missing'], Global: false })
  const path = `/v1/acl/token/${made.body.AccessorID}`
  t.equal((await nomad.send(`GET ${path}`)).body.SecretID, made.body.SecretID)
  t.same((await nomad.send('GET /v1/acl/tokens')).body.map((token: { Name: string }) => token.Name), ['Bootstrap Token', 'a'])
  t.notOk('SecretID' in (await nomad.send('GET /v1/acl/tokens')).body[0])
  t.equal((await nomad.send(`PUT ${path}`, { body: { ...made.body, Name: 'b' } })).body.Name, 'b')
  t.same(await nomad.says(`PUT ${path}`, { body: { AccessorID: UNKNOWN } }), [400, 'ACL token accessor does not match request path'])
  t.same(await nomad.says(`DELETE ${path}`), [200, ''])
  t.same(await nomad.says(`GET ${path}`), [404, 'ACL token not found'])
  t.same(await nomad.says(`DELETE ${path}`), [400, `Cannot delete nonexistent tokens: ${made.body.AccessorID}`])
})

t.test('tokens that cannot be', async (t) => {
  const { nomad, secret } = await guarded()
  nomad.token = secret
  t.same(await nomad.says('PUT /v1/acl/token', { body: { Type: 'client' } }), [400, 'token 0 invalid: 1 error occurred:\n\t* client token missing policies or roles\n\n'])
  t.same(await nomad.says('PUT /v1/acl/token', { body: {} }), [400, 'token 0 invalid: 1 error occurred:\n\t* token type must be client or management\n\n'])
  t.same(await nomad.says('PUT /v1/acl/token'), [400, 'Request body is empty'])
})

t.test('policies are written, read, listed and deleted', async (t) => {
  const { nomad, secret } = await guarded()
  nomad.token = secret
  t.same(await nomad.says('PUT /v1/acl/policy/p', { body: { Name: 'p', Description: 'd', Rules: 'node { policy = "read" }' } }), [200, ''])
  t.match((await nomad.send('GET /v1/acl/policy/p')).body, { Name: 'p', Description: 'd', Rules: 'node { policy = "read" }', CreateIndex: 9, ModifyIndex: 9 })
  t.same((await nomad.send('GET /v1/acl/policies')).body.map((policy: { Name: string }) => policy.Name), ['p'])
  t.same(await nomad.says('PUT /v1/acl/policy/p', { body: { Name: 'q' } }), [400, 'ACL policy name does not match request path'])
  t.same(await nomad.says('DELETE /v1/acl/policy/p'), [200, ''])
  t.same(await nomad.says('DELETE /v1/acl/policy/p'), [200, ''])
  t.same(await nomad.says('GET /v1/acl/policy/p'), [404, 'ACL policy not found'])
})

t.test('rules that cannot be are 400, and nothing is stored', async (t) => {
  const { nomad, secret } = await guarded()
  nomad.token = secret
  const put = (rules: string): Promise<[number, string]> => nomad.says('PUT /v1/acl/policy/p', { body: { Name: 'p', Rules: rules } })
  const [status, text] = await put('operator { policy = "write"')
  t.equal(status, 400)
  t.match(text, /^policy 0 invalid: 1 error occurred:\n\t\* failed to parse rules: Failed to parse ACL Policy: /)
  t.same(await put('agent { policy = "fly" }'), [400, 'policy 0 invalid: 1 error occurred:\n\t* failed to parse rules: Invalid agent policy: &acl.AgentPolicy{Policy:"fly"}\n\n'])
  t.same((await nomad.send('GET /v1/acl/policies')).body, [])
})

t.test('stubs and policies have their fields by name', async (t) => {
  const { nomad, secret } = await guarded()
  nomad.token = secret
  await nomad.send('PUT /v1/acl/policy/p', { body: { Name: 'p', Rules: 'node { policy = "read" }' } })
  t.same(Object.keys((await nomad.send('GET /v1/acl/policy/p')).body), ['CreateIndex', 'Description', 'Hash', 'JobACL', 'ModifyIndex', 'Name', 'Rules'])
  const stub = Object.keys((await nomad.send('GET /v1/acl/tokens')).body[0])
  t.same(stub, stub.toSorted())
})
