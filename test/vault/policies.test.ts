import t from 'tap'
import fc from 'fast-check'
import { Storage } from '../../src/cluster/storage.js'
import { VaultError } from '../../src/refusal/index.js'
import { decodePolicyText, deletePolicy, listPolicies, parsePolicy, policyNamed, readPolicy, writePolicy } from '../../src/vault/policies/policies.js'

const refusals: readonly (readonly [string, string])[] = [
  ['path "x" { capabilities = ["fly"] }', 'path "x": invalid capability "fly"'],
  ['path "x" {', 'At 1:12: object expected closing RBRACE got: EOF'],
  ['path "x" { policy = "y" }', 'path "x": invalid policy "y"'],
  ['path "/a/+*" {}', 'path "a/+*": invalid use of wildcards (\'+*\' is forbidden)'],
  ['path "x" {\n colour = "red"\n}', '1 error occurred:\n\t* path "x": invalid key "colour" on line 2\n\n'],
  ['a = 1\nb {}', '2 errors occurred:\n\t* invalid key "a" on line 1\n\t* invalid key "b" on line 0\n\n'],
  ['path "x" { capabilities = "read" }', 'path "x": At 1:27: unknown slice type: *ast.LiteralType'],
  ['path "x" { capabilities = [true] }', 'path "x": At 1:28: root.capabilities[0]: unknown type for string *ast.LiteralType'],
  ['path "x" { policy = ["read"] }', 'path "x": At 1:21: root.policy: unknown type for string *ast.ListType'],
  ['path "x" { allowed_parameters = 3 }', 'path "x": At 1:33: root.allowed_parameters: not an object type for map (*ast.LiteralType)'],
  ['path "{{x" {}', 'failed to validate policy templating: unbalanced templating characters'],
  ['path "x" { min_wrapping_ttl = "2h"\nmax_wrapping_ttl = "1h" }', 'max_wrapping_ttl cannot be less than min_wrapping_ttl'],
  ['path = 1', 'path "path": cannot check HCL keys of type *ast.LiteralType'],
  ['{"path":', 'unexpected EOF']
]
for (const [text, message] of refusals) {
  t.test(`refused: ${text}`, async (t) => {
    t.throws(() => parsePolicy('p', text, 'Vault'), { kind: 'invalid', message: `failed to parse policy: ${message}` })
  })
}

t.test('the legacy key stands for capabilities', async (t) => {
  const [rule] = parsePolicy('p', 'path "/x" { policy = "write"\ncapabilities = ["sudo"] }').rules
  t.equal(rule?.path, 'x')
  t.same([...rule?.permissions.capabilities ?? []].sort(), ['create', 'delete', 'list', 'read', 'sudo', 'update'])
})

t.test('deny voids the rest of its list, and what follows is not looked at', async (t) => {
  const [rule] = parsePolicy('p', 'path "x" { capabilities = ["read", "deny", "fly"]\nmin_wrapping_ttl = "soon" }').rules
  t.same([...rule?.permissions.capabilities ?? []], ['deny'])
})

t.test('scan and pagination are OpenBao\'s', async (t) => {
  const text = 'path "x" { capabilities = ["scan"]\npagination_limit = 5 }'
  t.throws(() => parsePolicy('p', text, 'Vault'), VaultError)
  t.equal(parsePolicy('p', text, 'OpenBao').rules.length, 1)
})

t.test('names are lower case, listed in order, root last', async (t) => {
  const storage = new Storage()
  for (const name of ['Zed', ' ops ', 'a/b']) writePolicy(storage, { name, text: 'path "x" {}', nowMs: 0 })
  t.same(listPolicies(storage), ['a/b', 'default', 'ops', 'zed', 'root'])
  t.equal(readPolicy(storage, 'ZED')?.name, 'zed')
  deletePolicy(storage, 'OPS')
  t.equal(readPolicy(storage, 'ops'), undefined)
})

t.test('some policies cannot be changed or deleted', async (t) => {
  const storage = new Storage()
  const write = (name: string) => (): void => writePolicy(storage, { name, text: 'path "x" {}', nowMs: 0 })
  t.throws(write('Root'), { message: 'cannot update "root" policy' })
  t.throws(write('response-wrapping'), { message: 'cannot update "response-wrapping" policy' })
  t.throws(() => deletePolicy(storage, 'root'), { message: 'cannot delete "root" policy' })
  t.throws(() => deletePolicy(storage, 'default'), { message: 'cannot delete default policy' })
})

t.test('default is there, can be changed, and a policy is parsed once', async (t) => {
  const storage = new Storage()
  t.equal(policyNamed(storage, 'default')?.rules.length, 18)
  t.equal(policyNamed(storage, 'default'), policyNamed(new Storage(), 'default'))
  writePolicy(storage, { name: 'default', text: 'path "x" {}', nowMs: 0 })
  t.equal(policyNamed(storage, 'default')?.rules.length, 1)
  t.equal(policyNamed(storage, 'root')?.rules.length, 0)
})

t.test('check-and-set', async (t) => {
  const storage = new Storage()
  const write = (cas?: number, casRequired?: boolean): void => writePolicy(storage, { name: 'p', text: 'path "x" {}', nowMs: 0, cas, casRequired })
  write(-1)
  t.throws(() => write(-1), { message: 'check-and-set parameter set to -1 on existing entry' })
  t.throws(() => write(5), { message: 'check-and-set parameter did not match the current version' })
  write(1, true)
  t.throws(() => write(), { message: 'check-and-set parameter required for this call' })
})

t.test('base64 is decoded, all else is left alone', async (t) => {
  t.equal(decodePolicyText(Buffer.from('path "é" {}').toString('base64')), 'path "é" {}')
  t.equal(decodePolicyText('path "a" {}'), 'path "a" {}')
})

const word = fc.constantFrom('path', 'name', 'capabilities', 'policy', 'allowed_parameters', 'min_wrapping_ttl', '"a/+"', '"{{identity.entity.id}}"', '"read"', '"deny"', '=', '{', '}', '[', ']', ',', '\n', '5', '"1h"', 'true', ' ')

t.test('any text is a policy or refused as one', async () => {
  const text = fc.oneof(fc.string(), fc.array(word).map((words) => words.join(' ')), fc.json(), fc.json().map((json) => `{"path":${json}}`))
  fc.assert(fc.property(text, (source) => {
    try {
      parsePolicy('p', source)
    } catch (error) {
      return error instanceof VaultError && error.kind === 'invalid' && error.message.startsWith('failed to parse policy: ')
    }
    return true
  }), { numRuns: 1000 })
})
