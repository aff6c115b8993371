// sys/metrics
import t from 'tap'
import { vault } from '../../vault-server.js'

t.test('GET metrics is JSON in the order of go-metrics, without a newline', async (t) => {
  const { send } = vault(t)
  const { body, text } = await send('GET', 'sys/metrics')
  t.same(Object.keys(body), ['Timestamp', 'Gauges', 'Points', 'Counters', 'Samples'])
  t.match(body.Gauges[0], { Name: 'vault.core.active', Value: 1 })
  t.notOk(text.endsWith('\n'))
})

t.test('GET metrics?format=prometheus is the text form', async (t) => {
  const { send } = vault(t)
  const { headers, text } = await send('GET', 'sys/metrics?format=prometheus')
  t.match(headers, { 'content-type': /^text\/plain; version=0.0.4/ })
  t.match(text, /^# TYPE vault_core_unsealed gauge\nvault_core_unsealed\{cluster="vault-cluster-.*"\} 1$/m)
  t.equal(text.match(/# TYPE vault_core_mount_table_num_entries/g)?.length, 1)
})

t.test('GET metrics?format=prometheus is refused where it is not switched on', async (t) => {
  const off = await vault(t, { profile: 'vault-1.14' }).send('GET', 'sys/metrics?format=prometheus')
  t.equal(`${off.status} ${off.text}`, '400 prometheus is not enabled')
  const on = vault(t, { profile: 'vault-1.14', prometheus: true })
  t.equal((await on.send('GET', 'sys/metrics?format=prometheus')).status, 200)
})

t.test('GET metrics in an unknown format is refused', async (t) => {
  const { status, text } = await vault(t).send('GET', 'sys/metrics?format=csv')
  t.equal(`${status} ${text}`, '400 metric response format "csv" unknown')
})

t.test('GET metrics is not for namespaces of OpenBao', async (t) => {
  const { verdict } = vault(t, { profile: 'openbao-2.5' })
  t.equal(
    await verdict('GET', 'sys/metrics', undefined, { 'x-vault-namespace': 'team/' }),
    '400 operation unavailable in namespaces'
  )
})
