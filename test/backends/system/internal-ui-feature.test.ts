// sys/internal/ui/feature-flags
import t from 'tap'
import { vault } from '../../vault-server.js'

t.test('GET internal/ui/feature-flags has none, without an envelope', async (t) => {
  t.same((await vault(t).send('GET', 'sys/internal/ui/feature-flags')).body, { feature_flags: null })
})
