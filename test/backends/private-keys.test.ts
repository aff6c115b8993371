// Private keys of engines: of the kind that was asked for, and the same again from the same seed where they can be.
import { createPublicKey, sign, verify } from 'node:crypto'
import t from 'tap'
import { makePrivateKey, type KeyKind } from '../../src/backends/private-keys.js'
import { Random } from '../../src/sim/random.js'

const KINDS: readonly KeyKind[] = [
  { type: 'rsa', bits: 2048 },
  ...(['P-224', 'P-256', 'P-384', 'P-521'] as const).map((curve) => ({ type: 'ec' as const, curve })),
  { type: 'ed25519' }
]

for (const kind of KINDS) {
  t.test(`${JSON.stringify(kind)} signs what its public key verifies`, async (t) => {
    const key = await makePrivateKey(kind, new Random(1).stream('keys'))
    const hash = kind.type === 'ed25519' ? null : 'sha256'
    t.ok(verify(hash, Buffer.from('text'), createPublicKey(key), sign(hash, Buffer.from('text'), key)))
    t.equal(key.asymmetricKeyType, kind.type)
  })
}

t.test('the same seed makes the same key', async (t) => {
  for (const kind of [{ type: 'ec', curve: 'P-521' }, { type: 'ed25519' }] as const) {
    const [first, second] = await Promise.all([1, 2].map(async () => await makePrivateKey(kind, new Random(7).stream('keys'))))
    t.ok(first?.equals(second!))
  }
})
