import t from 'tap'
import { capabilitiesPaths } from '../../../src/backends/system/capabilities.js'
import type { JsonObject } from '../../../src/json/index.js'
import { writePolicy } from '../../../src/vault/policies/policies.js'
import { Bench } from '../../call.js'

const READER = 'path "secret/data/*" { capabilities = ["read"] }\npath "sys/storage/raft/configuration" { capabilities = ["read"] }'

function bench (policies: readonly string[]): Bench {
  const sys = new Bench({ type: 'system', paths: capabilitiesPaths }, { token: { id: 'hvs.self', policies, entityId: '' } })
  writePolicy(sys.storage, { name: 'reader', text: READER, nowMs: 0 })
  const other: JsonObject = { id: 'hvs.other', accessor: 'other', policies: ['root'], entityId: '', numUses: 0, expiresAtMs: 0 }
  sys.storage.put('local/token/hvs.other', other)
  sys.storage.put('local/accessor/other', 'hvs.other')
  return sys
}

t.test('capabilities-self, as recorded', async (t) => {
  const paths = ['secret/data/x', 'sys/storage/raft/configuration', 'sys/nowhere']
  t.same(bench(['default', 'reader']).data('update', 'capabilities-self', { paths }), {
    'secret/data/x': ['read'], 'sys/storage/raft/configuration': ['read'], 'sys/nowhere': ['deny']
  })
})

t.test('one path is answered twice, also the deprecated field', async (t) => {
  t.same(bench(['reader']).data('update', 'capabilities-self', { path: 'secret/data/x' }), { capabilities: ['read'], 'secret/data/x': ['read'] })
})

t.test('of another token, by id and by accessor', async (t) => {
  const answer = { capabilities: ['root'], x: ['root'] }
  t.same(bench([]).data('update', 'capabilities', { token: 'hvs.other', paths: ['x'] }), answer)
  t.same(bench([]).data('update', 'capabilities-accessor', { accessor: 'other', paths: 'x' }), answer)
})

t.test('refusals', async (t) => {
  const sys = bench([])
  t.throws(() => sys.run('update', 'capabilities-self', {}), { kind: 'invalid', message: 'paths must be supplied', wrapped: false })
  t.throws(() => sys.run('update', 'capabilities-accessor', { accessor: 'none', paths: 'x' }), { kind: 'invalid', message: 'invalid accessor', wrapped: true })
})
