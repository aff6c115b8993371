import t from 'tap'
import { vault } from '../../vault-server.js'

t.test('random bytes in both formats, the number in body or path', async (t) => {
  const { send } = vault(t)
  const bytes = async (path: string, body: object): Promise<number> =>
    Buffer.from((await send('POST', path, body)).body.data.random_bytes, 'format' in body ? 'hex' : 'base64').length
  t.equal(await bytes('sys/tools/random', {}), 32)
  t.equal(await bytes('sys/tools/random/8', { format: 'hex' }), 8)
  t.equal(await bytes('sys/tools/random/platform/5', {}), 5)
  t.equal(await bytes('sys/tools/random/all', { bytes: 7 }), 7)
})

t.test('what random refuses', async (t) => {
  const { send } = vault(t)
  const refused = async (path: string, body: object): Promise<string> => (await send('POST', path, body)).body.errors[0]
  t.equal(await refused('sys/tools/random', { bytes: 0 }), '"bytes" cannot be less than 1')
  t.equal(await refused('sys/tools/random', { format: 'rot13' }), 'unsupported encoding format "rot13"; must be "hex" or "base64"')
})

t.test('hashes', async (t) => {
  const { send } = vault(t)
  const sum = async (path: string, body: object): Promise<string> => (await send('POST', path, body)).body.data.sum
  t.equal(await sum('sys/tools/hash', { input: 'YWJj' }), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  t.equal(await sum('sys/tools/hash/sha3-256', { input: 'YWJj' }), '3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532')
  t.match((await send('POST', 'sys/tools/hash/md5', { input: 'YWJj' })).body, { errors: ['unsupported algorithm md5'] })
  t.match((await send('POST', 'sys/tools/hash', { input: 'YW!' })).body, { errors: [/illegal base64 data at input byte 2/] })
})

t.test('headers of the UI and audited headers are kept', async (t) => {
  const { send } = vault(t)
  t.equal((await send('PUT', 'sys/config/ui/headers/X-Custom', { values: ['a', 'b'] })).status, 204)
  t.equal((await send('GET', 'sys/config/ui/headers/x-custom')).body.data.value, 'a')
  t.match((await send('PUT', 'sys/config/ui/headers/X-Vault-A', { values: 'a' })).body, { errors: ['X-Vault headers cannot be set'] })
  t.equal((await send('PUT', 'sys/config/auditing/request-headers/X-Forwarded-For', { hmac: true })).status, 204)
  t.same((await send('GET', 'sys/config/auditing/request-headers')).body.data, { headers: { 'x-forwarded-for': { hmac: true } } })
  t.match((await send('GET', 'sys/config/auditing/request-headers/none')).body, { errors: ['Could not find header in config'] })
})

t.test('versions, configuration, host and requests in flight', async (t) => {
  const { send } = vault(t)
  const { data } = (await send('LIST', 'sys/version-history')).body
  t.match(data.key_info[data.keys[0]], { previous_version: null, timestamp_installed: /^\d{4}-/ })
  t.match((await send('GET', 'sys/config/state/sanitized')).body.data, { api_addr: /^http/, storage: { type: 'raft' } })
  t.same(Object.keys((await send('GET', 'sys/host-info')).body.data), ['cpu', 'cpu_times', 'disk', 'host', 'memory', 'timestamp'])
  t.match(Object.values((await send('GET', 'sys/in-flight-req')).body), [{ request_path: '/v1/sys/in-flight-req' }])
})

t.test('metrics as JSON, and for Prometheus where that is on', async (t) => {
  const { send } = vault(t)
  const json = await send('GET', 'sys/metrics')
  t.same(Object.keys(json.body), ['Timestamp', 'Gauges', 'Points', 'Counters', 'Samples'])
  t.notOk(json.text.endsWith('\n'))
  const text = await send('GET', 'sys/metrics?format=prometheus')
  t.match(text.text, /^# TYPE vault_core_unsealed gauge\nvault_core_unsealed\{cluster="vault-cluster-.*"\} 1$/m)
  const off = await vault(t, { profile: 'vault-1.14' }).send('GET', 'sys/metrics?format=prometheus')
  t.equal(`${off.status} ${off.text}`, '400 prometheus is not enabled')
  t.equal((await vault(t, { profile: 'vault-1.14', prometheus: true }).send('GET', 'sys/metrics?format=prometheus')).status, 200)
})

t.test('an encoded token is decoded without a token', async (t) => {
  const { send } = vault(t)
  const encoded = Buffer.from([...'root'].map((letter, i) => letter.charCodeAt(0) ^ 'abcd'.charCodeAt(i))).toString('base64')
  t.equal((await send('PUT', 'sys/decode-token', { encoded_token: encoded, otp: 'abcd' }, { 'x-vault-token': '' })).body.data.token, 'root')
  t.match((await send('PUT', 'sys/decode-token', { encoded_token: encoded })).body, { errors: ['missing otp'] })
})

t.test('enterprise paths: stubs in the community edition, none in OpenBao, a license in the enterprise edition', async (t) => {
  const community = vault(t, { profile: 'vault-1.14', edition: 'ce' })
  t.match(await community.send('LIST', 'sys/namespaces'), { status: 404, body: { errors: ['enterprise-only feature'] } })
  t.match(await community.send('GET', 'sys/license/status'), { status: 404, body: { errors: ['enterprise-only feature'] } })
  const openbao = vault(t, { profile: 'openbao-2.5' })
  t.match(await openbao.send('GET', 'sys/license/status'), { status: 404, body: { errors: ['1 error occurred:\n\t* unsupported path\n\n'] } })
  const enterprise = vault(t)
  t.match(await enterprise.send('GET', 'sys/license/status'), { status: 200, body: { data: { autoloading_used: true } } })
  t.match(await enterprise.send('LIST', 'sys/namespaces'), { status: 400, body: { errors: [/does not simulate namespaces/] } })
})

t.test('OpenBao knows no namespace but the root', async (t) => {
  const { send } = vault(t, { profile: 'openbao-2.5' })
  const named = { 'x-vault-namespace': 'team/' }
  t.match(await send('GET', 'sys/mounts', undefined, named), { status: 404, body: { errors: ['namespace not found'] } })
  t.match(await send('GET', 'sys/metrics', undefined, named), { status: 400, body: { errors: ['operation unavailable in namespaces'] } })
  t.equal((await send('GET', 'sys/mounts', undefined, { 'x-vault-namespace': 'root' })).status, 200)
})

t.test('the log is not streamed and says so', async (t) => {
  const { send } = vault(t)
  t.match(await send('GET', 'sys/monitor'), { status: 400, body: { errors: [/does not stream its log/] } })
  t.match(await send('GET', 'sys/pprof/heap'), { status: 400, body: { errors: [/does not simulate pprof/] } })
})
