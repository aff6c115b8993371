import t from 'tap'
import fc from 'fast-check'
import { Storage } from '../../src/cluster/storage.js'
import { goMap } from '../../src/json/index.js'
import type { JsonObject, JsonValue } from '../../src/json/index.js'
import { aclOfToken, buildAcl } from '../../src/vault/policies/acl.js'
import type { Acl } from '../../src/vault/policies/acl.js'
import type { Operation } from '../../src/vault/paths.js'
import { parsePolicy, policyNamed, writePolicy } from '../../src/vault/policies/policies.js'

/** Each text is a policy of its own. */
function aclOf (...texts: readonly string[]): Acl {
  return buildAcl(texts.map((text, i) => parsePolicy(`p${i}`, text)))
}

function rule (pattern: string, ...capabilities: readonly string[]): string {
  return `path "${pattern}" { capabilities = ${JSON.stringify(capabilities)} }\n`
}

function allows (
  acl: Acl, operation: Operation, path: string, data: Record<string, JsonValue> = {}, wrapTtlMs?: number
): boolean {
  return acl.check({ operation, path, data: goMap(data), wrapTtlMs }).allowed
}

t.test('exact paths, prefixes, and segments', async (t) => {
  const acl = aclOf(rule('a', 'read') + rule('b/fo*', 'read') + rule('c/+/d', 'read') + rule('e/+/f*', 'read') + rule('/g', 'read'))
  for (const path of ['a', 'b/fo', 'b/foo/bar', 'c/x/d', 'c//d', 'e/x/f', 'e/x/fg/h', 'g']) t.ok(allows(acl, 'read', path), path)
  for (const path of ['', 'ab', 'a/', 'b/f', 'c/d', 'c/x/y/d', 'c/x/d/', 'e/x/g']) t.notOk(allows(acl, 'read', path), path)
})

t.test('only the most specific rule counts', async (t) => {
  const acl = aclOf(rule('a/*', 'read', 'update') + rule('a/b', 'update') + rule('a/c*', 'list'))
  t.notOk(allows(acl, 'read', 'a/b'))
  t.ok(allows(acl, 'update', 'a/b'))
  t.notOk(allows(acl, 'read', 'a/cd'))
  t.ok(allows(acl, 'read', 'a/d'))
})

/** The first of each pair is more specific; both fit the path. */
const ranks: readonly (readonly [string, string, string])[] = [
  ['foo/bar/+/baz', 'foo/+/bar/baz', 'foo/bar/bar/baz'],
  ['foo/a*', 'foo/+', 'foo/ab'],
  ['foo/+', 'foo/*', 'foo/ab'],
  ['foo/+/bar', 'foo/+/ba*', 'foo/x/bar'],
  ['foo/+/x/y', 'foo/+/+/y', 'foo/a/x/y'],
  ['foo/+/bar/ba*', 'foo/+/bar/b*', 'foo/x/bar/bar'],
  ['foo/+/+/a', 'foo/+/*', 'foo/x/y/a']
]
for (const [winner, loser, path] of ranks) {
  t.test(`${winner} goes before ${loser}`, async (t) => {
    t.same(aclOf(rule(loser, 'list'), rule(winner, 'read')).capabilities(path), ['read'])
    t.same(aclOf(rule(winner, 'read'), rule(loser, 'list')).capabilities(path), ['read'])
  })
}

t.test('the same pattern in several policies: capabilities add up, deny wins', async (t) => {
  t.same(aclOf(rule('a', 'read'), rule('a', 'list', 'create')).capabilities('a'), ['create', 'list', 'read'])
  t.same(aclOf(rule('a', 'read'), rule('a', 'deny'), rule('a', 'list')).capabilities('a'), ['deny'])
})

t.test('a list of a folder may be granted without its slash', async (t) => {
  t.ok(allows(aclOf(rule('a/b', 'list')), 'list', 'a/b/'))
  t.ok(allows(aclOf(rule('a/b*', 'list')), 'list', 'a/b/'))
  t.ok(allows(aclOf(rule('a/+', 'list')), 'list', 'a/b/'))
  t.ok(allows(aclOf(rule('a/b/*', 'list')), 'list', 'a/b/'))
  t.notOk(allows(aclOf(rule('a/b', 'read')), 'read', 'a/b/'))
  t.same(aclOf(rule('a/b', 'read')).capabilities('a/b/'), ['read'])
})

t.test('create is not update, and sudo comes on top', async (t) => {
  const acl = aclOf(rule('a', 'create', 'sudo'))
  t.ok(allows(acl, 'create', 'a'))
  t.notOk(allows(acl, 'update', 'a'))
  t.match(acl.check({ path: 'a', operation: 'update', data: {} }), { allowed: false, hasSudo: true, isRoot: false, capabilities: ['create', 'sudo'], reason: 'capability' })
})

t.test('root may do everything, nobody nothing', async (t) => {
  const root = policyNamed(new Storage(), 'root')
  t.match(buildAcl([root!]).check({ path: 'x', operation: 'delete', data: {} }), { allowed: true, hasSudo: true, isRoot: true })
  t.same(buildAcl([root!]).capabilities('x'), ['root'])
  t.same(aclOf().capabilities('x'), ['deny'])
  t.ok(allows(aclOf(), 'help', 'x'))
})

const conditions = (text: string): Acl => aclOf(`path "a" { capabilities = ["create", "update", "list"]\n${text} }`)

t.test('required, denied and allowed parameters', async (t) => {
  const required = conditions('required_parameters = ["x"]')
  t.notOk(allows(required, 'update', 'a'))
  t.ok(allows(required, 'update', 'a', { x: 1 }))
  t.ok(allows(required, 'list', 'a'))
  const denied = conditions('denied_parameters = { "x" = [], "y" = ["b*"] }')
  t.notOk(allows(denied, 'update', 'a', { X: 1 }))
  t.notOk(allows(denied, 'update', 'a', { y: 'bad' }))
  t.ok(allows(denied, 'update', 'a', { y: 'good', z: 1 }))
  t.notOk(allows(conditions('denied_parameters = { "*" = [] }'), 'update', 'a', { z: 1 }))
  const allowed = conditions('allowed_parameters = { "X" = ["a", "*b"], "y" = [], "z" = [true] }')
  t.ok(allows(allowed, 'update', 'a', { x: 'cb', y: [1], z: true }))
  t.notOk(allows(allowed, 'update', 'a', { x: 'c' }))
  t.notOk(allows(allowed, 'update', 'a', { other: 'a' }))
  t.ok(allows(conditions('allowed_parameters = { "x" = ["a"], "*" = [] }'), 'update', 'a', { other: 'c', x: 'a' }))
})

t.test('a number in a policy fits none in a request, as in Vault', async (t) => {
  t.notOk(allows(conditions('allowed_parameters = { "x" = [5] }'), 'update', 'a', { x: 5 }))
})

t.test('parameters of two policies add up, an empty list means any value', async (t) => {
  const text = (values: string): string => {
    return `path "a" { capabilities = ["update"]\nallowed_parameters = { "x" = ${values} } }`
  }
  const both = aclOf(text('["a"]'), text('["b"]'))
  t.ok(allows(both, 'update', 'a', { x: 'a' }))
  t.ok(allows(both, 'update', 'a', { x: 'b' }))
  t.ok(allows(aclOf(text('["a"]'), text('[]')), 'update', 'a', { x: 'c' }))
})

t.test('wrapping limits', async (t) => {
  const acl = conditions('min_wrapping_ttl = 10\nmax_wrapping_ttl = "1m"')
  t.same([undefined, 5000, 10000, 60000, 61000].map((ttl) => allows(acl, 'update', 'a', {}, ttl)), [false, false, true, true, false])
})

t.test('templates are filled, or the path is dropped', async (t) => {
  const policy = parsePolicy('p', rule('a/{{identity.entity.id}}/*', 'read') + rule('b/{{ identity.entity.name }}', 'read') + rule('c', 'read'))
  const values = (directive: string): string | undefined => directive === 'identity.entity.id' ? 'e1' : undefined
  const acl = buildAcl([policy], values)
  t.ok(allows(acl, 'read', 'a/e1/x'))
  t.ok(allows(acl, 'read', 'c'))
  t.notOk(allows(acl, 'read', 'b/{{ identity.entity.name }}'))
  t.equal(buildAcl([policy], values), acl)
  t.not(buildAcl([policy]), acl)
})

t.test('access to a mount: any capability but deny, at it or below', async (t) => {
  const acl = aclOf(rule('kv/a/b', 'read') + rule('no/*', 'deny') + rule('se*', 'list') + rule('+/data/x', 'read') + rule('auth/+/login', 'update'))
  for (const path of ['kv/', 'secret/', 'other/', 'auth/approle/', 'no/']) t.ok(acl.hasAnyCapabilityBelow(path), path)
  t.notOk(aclOf(rule('no/*', 'deny') + rule('kv/a', 'read')).hasAnyCapabilityBelow('no/'))
  t.notOk(aclOf(rule('kv/+/a', 'read')).hasAnyCapabilityBelow('k/'))
})

t.test('a token has its policies and those of its entity; unknown names are skipped', async (t) => {
  const storage = new Storage()
  writePolicy(storage, { name: 'one', text: rule('a', 'read'), nowMs: 0 })
  const acl = aclOfToken(storage, { policies: ['default', 'none', 'one'], entityId: '' })
  t.ok(allows(acl, 'read', 'a'))
  t.ok(allows(acl, 'update', 'cubbyhole/x'))
  t.equal(aclOfToken(storage, { policies: ['default', 'none', 'one'], entityId: '' }), acl)
  writePolicy(storage, { name: 'one', text: rule('b', 'read'), nowMs: 0 })
  t.notOk(allows(aclOfToken(storage, { policies: ['one'], entityId: '' }), 'read', 'a'))
})

t.test('the view for the UI', async (t) => {
  const view = aclOf(rule('a', 'read', 'list') + rule('b/*', 'deny') + rule('c', ...[])).resultant() as JsonObject
  t.same(JSON.parse(JSON.stringify(view)), {
    root: false,
    exact_paths: { a: { capabilities: ['list', 'read'] }, c: { capabilities: ['deny'] } },
    glob_paths: { 'b/': { capabilities: ['deny'] } }
  })
})

const segment = fc.constantFrom('a', 'b', 'ab', '+')
const pattern = fc.tuple(fc.array(segment, { minLength: 1, maxLength: 4 }), fc.constantFrom('', '*', '/*'))
  .map(([segments, end]) => segments.join('/') + end).filter((text) => !text.includes('+*'))
const path = fc.array(fc.constantFrom('a', 'b', 'ab', 'abc'), { minLength: 1, maxLength: 5 }).map((segments) => segments.join('/'))

t.test('deny wins over any policies with the same pattern', async () => {
  fc.assert(fc.property(pattern, path, fc.nat(2), (text, at, position) => {
    const texts = [rule(text, 'read'), rule(text, 'list')]
    texts.splice(position, 0, rule(text, 'deny'))
    return aclOf(...texts).capabilities(at)[0] === 'deny'
  }))
})

t.test('a rule for the very path hides all others', async () => {
  fc.assert(fc.property(fc.array(pattern), path, (patterns, at) => {
    const acl = aclOf(...patterns.map((text) => rule(text, 'read')), rule(at, 'delete'))
    return !allows(acl, 'delete', at) ? false : patterns.includes(at) || !allows(acl, 'read', at)
  }))
})

t.test('the order of policies does not matter', async () => {
  fc.assert(fc.property(fc.array(fc.tuple(pattern, fc.constantFrom('read', 'list', 'deny'))), path, (rules, at) => {
    const texts = rules.map(([text, capability]) => rule(text, capability))
    return String(aclOf(...texts).capabilities(at)) === String(aclOf(...texts.reverse()).capabilities(at))
  }))
})

t.test('a longer prefix hides a shorter one', async () => {
  fc.assert(fc.property(path, fc.nat(), fc.nat(), (at, i, j) => {
    const [short, long] = [i % (at.length + 1), j % (at.length + 1)].sort((a, b) => a - b) as [number, number]
    fc.pre(short < long)
    return String(aclOf(rule(at.slice(0, short) + '*', 'read'), rule(at.slice(0, long) + '*', 'list')).capabilities(at)) === 'list'
  }))
})
