// Shamir's shares: any threshold of them gives the key, and other implementations agree.
import fc from 'fast-check'
import { combine, split } from 'shamir-secret-sharing'
import t from 'tap'
import { combineShares, splitKey } from '../../src/cluster/shares.js'
import { randomSource } from './random-source.js'

const key = randomSource(1)(32)

t.test('any threshold of shares gives the key back', async t => {
  const sizes = fc.integer({ min: 2, max: 255 }).chain((shares) => fc.record({
    shares: fc.constant(shares), threshold: fc.integer({ min: 2, max: Math.min(shares, 8) }), seed: fc.nat()
  }))
  fc.assert(fc.property(sizes, ({ shares, threshold, seed }) => {
    const found = splitKey(key, { shares, threshold }, randomSource(seed))
    t.strictSame(combineShares(found.slice(-threshold)), key)
  }), { numRuns: 30 })
})

t.test('a share is the bytes of y and then x, no x twice or zero', async t => {
  const shares = splitKey(key, { shares: 255, threshold: 2 }, randomSource(7))
  t.ok(shares.every((share) => share.length === 33))
  t.equal(new Set(shares.map((share) => share[32])).size, 255)
  t.notOk(shares.some((share) => share[32] === 0))
})

t.test('one share is the key itself', async t => {
  const [only] = splitKey(key, { shares: 1, threshold: 1 }, randomSource(1))
  t.strictSame(only, key)
  t.strictSame(combineShares([only!]), key)
})

t.test('fewer shares than the threshold give another key', async t => {
  const shares = splitKey(key, { shares: 5, threshold: 3 }, randomSource(3))
  t.notSame(combineShares(shares.slice(0, 2)), key)
})

t.test('the same random bytes give the same shares', async t => {
  const shares = (): Uint8Array[] => splitKey(key, { shares: 5, threshold: 3 }, randomSource(11))
  t.strictSame(shares(), shares())
})

t.test('shamir-secret-sharing combines our shares, and we combine its shares', async t => {
  const ours = splitKey(key, { shares: 5, threshold: 3 }, randomSource(5))
  t.strictSame(await combine([ours[4]!, ours[0]!, ours[2]!]), key)
  const theirs = await split(key, 5, 3)
  t.strictSame(combineShares([theirs[1]!, theirs[3]!, theirs[0]!]), key)
})

t.test('shares that do not belong together are refused in the words of Vault', async t => {
  const [first, second] = splitKey(key, { shares: 2, threshold: 2 }, randomSource(2))
  const refused = (shares: Uint8Array[], reason: string): void => {
    t.throws(() => combineShares(shares), { name: 'VaultError', kind: 'invalid', message: `invalid key: failed to compute combined key: ${reason}` })
  }
  refused([], 'less than two parts cannot be used to reconstruct the secret')
  refused([first!, first!], 'duplicate part detected')
  refused([first!, second!.subarray(1)], 'all parts must be the same length')
  refused([Uint8Array.of(1), Uint8Array.of(2)], 'parts must be at least two bytes long')
})
