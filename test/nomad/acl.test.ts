// ACLs of a region: what a token may do, and what tokens may be.
import t from 'tap'
import { capabilitiesFor, rulesAllow } from '../../src/nomad/acl-capabilities.js'
import { parseRules } from '../../src/nomad/acl-rules.js'
import { isUuid, uuidProblem } from '../../src/nomad/uuid.js'
import { NomadRegion } from './region-of-servers.js'

t.test('rules are read from HCL and JSON', async (t) => {
  const levels = (text: string): unknown => parseRules(text).levels
  t.same(levels('operator { policy = "read" }\nagent {\n  policy = "write"\n}'), { operator: 'read', agent: 'write' })
  t.same(levels('{"operator": {"policy": "write"}, "node": {"policy": "deny"}}'), { operator: 'write', node: 'deny' })
  t.same(levels('# operator { policy = "read" }\nnamespace "default" { policy = "write" }'), {})
  t.same(levels('description = "operator { policy = \\"write\\" }"\nnode { policy = "read" }'), { node: 'read' })
  t.same(levels(''), {}, 'no text grants nothing')
})

t.test('rules that cannot be are refused', async (t) => {
  const refused = (text: string, message: string | RegExp): void => { t.throws(() => parseRules(text), { message }) }
  refused('operator { policy = "write"', /^Failed to parse ACL Policy: .*object expected closing RBRACE got: EOF$/)
  refused('nonsense = true', 'Invalid policy: nonsense = true')
  refused('operator { policy = "some" }', 'Invalid operator policy: &acl.OperatorPolicy{Policy:"some"}')
  refused('namespace "a/b" { policy = "read" }', /^Invalid namespace name: &acl.NamespacePolicy{Name:"a\/b", Policy:"read", /)
  refused('namespace "a" { capabilities = ["fly"] }', /^Invalid namespace capability 'fly': /)
  refused('node_pool "a" { policy = "scale" }', 'Invalid node pool policy: &acl.NodePoolPolicy{Name:"a", Policy:"scale", Capabilities:[]string(nil)}')
})

t.test('write includes read, deny wins', async (t) => {
  const allow = (texts: string[], resource: 'operator' | 'node', level: 'read' | 'write'): boolean => {
    return rulesAllow(texts.map((text) => parseRules(text)), resource, level)
  }
  t.ok(allow(['operator { policy = "write" }'], 'operator', 'read'))
  t.notOk(allow(['operator { policy = "write" }', 'operator { policy = "deny" }'], 'operator', 'read'))
  t.notOk(allow(['operator { policy = "write" }'], 'node', 'read'))
})

t.test('in a namespace its own rules count, else those of the closest pattern', async (t) => {
  const { namespaces } = parseRules('namespace "*" { policy = "write" }\nnamespace "dev-*" { policy = "read" }\nnamespace "dev-x" { policy = "deny" }')
  t.ok(capabilitiesFor(namespaces, 'default').has('submit-job'))
  t.ok(capabilitiesFor(namespaces, 'dev-1').has('read-job'))
  t.notOk(capabilitiesFor(namespaces, 'dev-1').has('submit-job'))
  t.equal(capabilitiesFor(namespaces, 'dev-x').size, 0)
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
