import t from 'tap'
import { policiesPaths } from '../../../src/backends/system/policies.js'
import { passwordPolicyPaths } from '../../../src/backends/system/policies-password.js'
import { policyPaths } from '../../../src/backends/system/policy.js'
import type { ProfileName } from '../../../src/profiles/index.js'
import { Bench } from '../../call.js'

const READER = 'path "secret/data/*" { capabilities = ["read"] }'

function bench (profile: ProfileName = 'vault-1.14'): Bench {
  return new Bench({ type: 'system', paths: [...policiesPaths, ...passwordPolicyPaths, ...policyPaths] }, { profile })
}

t.test('a policy is written without a word, read, listed and deleted', async (t) => {
  const sys = bench()
  t.equal(sys.run('update', 'policies/acl/reader', { policy: READER }), undefined)
  t.same(sys.data('read', 'policies/acl/reader'), { name: 'reader', policy: READER })
  t.same(sys.data('read', 'policy/reader'), { name: 'reader', rules: READER })
  t.same(sys.data('list', 'policies/acl/'), { keys: ['default', 'reader', 'root'] })
  t.same(sys.data('read', 'policy'), { keys: ['default', 'reader', 'root'], policies: ['default', 'reader', 'root'] })
  t.equal(sys.run('delete', 'policies/acl/reader'), undefined)
  t.equal(sys.run('read', 'policies/acl/reader'), undefined)
  t.equal(sys.run('delete', 'policies/acl/reader'), undefined)
})

t.test('reading the list without list is not supported', async (t) => {
  t.throws(() => bench().run('read', 'policies/acl'), { kind: 'unsupported-operation', message: 'unsupported operation' })
})

/** Recorded of both products. */
const refused: readonly (readonly [string, string, string])[] = [
  ['bad', 'path "x" { capabilities = ["fly"] }', 'failed to parse policy: path "x": invalid capability "fly"'],
  ['bad', 'path "x" {', 'failed to parse policy: At 1:12: object expected closing RBRACE got: EOF'],
  ['bad', '', "'policy' parameter not supplied or empty"],
  ['root', 'path "x" {}', 'cannot update "root" policy']
]
for (const [name, policy, message] of refused) {
  t.test(`refused: ${message}`, async (t) => {
    for (const path of ['policies/acl', 'policy']) t.throws(() => bench().run('update', `${path}/${name}`, { policy }), { kind: 'invalid', message })
  })
}

t.test('default cannot be deleted', async (t) => {
  t.throws(() => bench().run('delete', 'policies/acl/default'), { kind: 'invalid', message: 'cannot delete default policy' })
})

t.test('a name in upper case is converted with a warning', async (t) => {
  const sys = bench()
  t.same(sys.run('update', 'policies/acl/Reader', { policy: READER })?.warnings, ['policy name was converted to reader'])
  t.same(sys.data('read', 'policy/READER'), { name: 'reader', rules: READER })
})

t.test('rules are deprecated, and known to the old path only', async (t) => {
  const sys = bench()
  t.same(sys.run('update', 'policy/old', { rules: READER })?.warnings, ["'rules' is deprecated, please use 'policy' instead"])
  t.throws(() => sys.run('update', 'policies/acl/old', { rules: READER }), { message: "'policy' parameter not supplied or empty" })
})

t.test('base64 and JSON are policies, too', async (t) => {
  const sys = bench()
  sys.run('update', 'policies/acl/a', { policy: Buffer.from(READER).toString('base64') })
  t.match(sys.data('read', 'policies/acl/a'), { policy: READER })
  t.equal(sys.run('update', 'policies/acl/b', { policy: '{"path":{"secret/*":{"capabilities":["read"]}}}' }), undefined)
})

t.test('root reads as empty text', async (t) => {
  t.same(bench().data('read', 'policies/acl/root'), { name: 'root', policy: '' })
})

t.test('OpenBao shows versions and takes check-and-set', async (t) => {
  const sys = bench('openbao-2.5')
  sys.run('update', 'policies/acl/reader', { policy: READER, cas: -1 })
  t.same(sys.data('read', 'policies/acl/reader'), { cas_required: false, modified: '2024-01-01T00:00:00Z', name: 'reader', policy: READER, version: 1 })
  t.throws(() => sys.run('update', 'policies/acl/reader', { policy: READER, cas: 7 }), { message: 'check-and-set parameter did not match the current version' })
})

t.test('password policies', async (t) => {
  const sys = bench()
  const policy = 'length = 12\nrule "charset" {\n  charset = "abc"\n  min-chars = 2\n}\nrule "charset" {\n  charset = "12"\n  min-chars = 4\n}'
  t.equal(sys.run('update', 'policies/password/mine', { policy }), undefined)
  t.same(sys.data('list', 'policies/password'), { keys: ['mine'] })
  t.same(sys.data('read', 'policies/password/mine'), { policy })
  t.throws(() => sys.run('read', 'policies/password/none/generate'), { kind: 'not-found', message: 'policy does not exist' })
  t.throws(() => sys.run('update', 'policies/password/bad', { policy: 'length = 3\nrule "charset" { charset = "a" }' }), { message: 'passwords must be between 4 and 100 characters' })
  sys.run('delete', 'policies/password/mine')
  t.throws(() => sys.run('read', 'policies/password/mine'), { kind: 'not-found', message: 'policy does not exist' })
})
