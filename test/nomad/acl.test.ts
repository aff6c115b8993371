// ACLs of a region: what a token may do, and what tokens may be.
import t from 'tap'
import { parseRules, rulesAllow } from '../../src/nomad/acl-rules.js'
import { isUuid, uuidProblem } from '../../src/nomad/uuid.js'
import { NomadRegion } from './region-of-servers.js'

t.test('rules are read from HCL and JSON', async (t) => {
  t.same(parseRules('operator { policy = "read" }\nagent {\n  policy = "write"\n}'), { operator: 'read', agent: 'write' })
  t.same(parseRules('{"operator": {"policy": "write"}, "node": {"policy": "deny"}}'), { operator: 'write', node: 'deny' })
  t.same(parseRules('# operator { policy = "read" }\nnamespace "default" { policy = "write" }'), {})
  t.same(parseRules('description = "operator { policy = \\"write\\" }"\nnode { policy = "read" }'), { node: 'read' })
  t.same(parseRules('operator { policy = "write"'), {}, 'a text that cannot be read grants nothing')
})

t.test('write includes read, deny wins', async (t) => {
  t.ok(rulesAllow([{ operator: 'write' }], 'operator', 'read'))
  t.notOk(rulesAllow([{ operator: 'read' }], 'operator', 'write'))
  t.notOk(rulesAllow([{ operator: 'write' }, { operator: 'deny' }], 'operator', 'read'))
  t.notOk(rulesAllow([{ operator: 'write' }], 'node', 'read'))
})

t.test('UUIDs are refused in the words of the library', async (t) => {
  t.ok(isUuid('00000000-0000-0000-0000-00000000000a'))
  t.equal(uuidProblem('x'), 'uuid string is wrong length')
  t.equal(uuidProblem('00000000+0000-0000-0000-000000000000'), 'uuid is improperly formatted')
  t.equal(uuidProblem('z0000000-0000-0000-0000-000000000000'), "encoding/hex: invalid byte: U+007A 'z'")
})

t.test('a token ends when its time is up', async (t) => {
  const nomad = new NomadRegion({ acl: true, time: 'manual' })
  const { acl } = nomad.region
  const { accessorId, secretId } = acl.createToken({ type: 'management', ttlMs: 60_000 })
  t.ok(acl.resolve(secretId)?.management)
  nomad.advance(60_000)
  t.equal(acl.resolve(secretId), undefined)
  t.equal(acl.token(accessorId), undefined)
})

t.test('all that is wrong with a token is told', async (t) => {
  const { acl } = new NomadRegion({ acl: true }).region
  t.throws(() => acl.createToken({ name: 'x'.repeat(257), type: 'management', policies: ['a'] }), {
    message: 'token 0 invalid: 2 errors occurred:\n\t* token name too long\n\t* management token cannot be associated with policies or roles\n\n'
  })
})

t.test('the policy named anonymous is for those without a token', async (t) => {
  const { acl } = new NomadRegion({ acl: true }).region
  t.notOk(acl.resolve('')?.allows('operator', 'read'))
  acl.putPolicy({ name: 'anonymous', description: '', rules: 'operator { policy = "read" }' })
  t.ok(acl.resolve('')?.allows('operator', 'read'))
})
