// The keyring: rotation begins a new term.
import t from 'tap'
import { firstKeyring, rotateKeyring } from '../../src/cluster/keyring.js'

t.test('a rotation counts the term up and begins anew', async t => {
  const used = { ...firstKeyring(1_000), encryptions: 12 }
  t.strictSame(rotateKeyring(used, 5_000), { term: 2, installedAtMs: 5_000, encryptions: 0 })
})
