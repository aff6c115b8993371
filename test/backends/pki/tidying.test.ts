// pki/tidy, config/auto-tidy and config/acme; saved worlds
import t from 'tap'
import { createServer } from '../../../src/index.js'
import { saveWorld } from '../../../src/testing.js'
import { mounted, withRoot } from './mount.js'

const DAY_MS = 86_400_000

t.test('tidy deletes what ended, and keeps it for a while', async (t) => {
  const { data, send, advance } = await withRoot(t)
  const { serial_number: serial } = await data('POST', 'pki/issue/any', { common_name: 'a', ttl: '1h' })
  await data('POST', 'pki/revoke', { serial_number: serial })
  advance(2 * DAY_MS)
  await send('POST', 'pki/tidy', { tidy_cert_store: true, tidy_revoked_certs: true })
  t.equal((await send('GET', `pki/cert/${serial}`)).status, 200)
  advance(2 * DAY_MS)
  await send('POST', 'pki/tidy', { tidy_revoked_certs: true })
  t.match(await data('GET', 'pki/tidy-status'), { state: 'Finished', revoked_cert_deleted_count: 1 })
  t.equal((await send('GET', `pki/cert/${serial}`)).status, 404)
  t.equal((await send('LIST', 'pki/certs/revoked')).status, 404)
})

t.test('tidy deletes issuers that ended, but not the default one', async (t) => {
  const { data, send, advance } = await withRoot(t)
  await data('POST', 'pki/root/generate/internal', { common_name: 'Short', ttl: '1h', key_type: 'ec' })
  advance(2 * 365 * DAY_MS)
  await send('POST', 'pki/tidy', { tidy_expired_issuers: true })
  t.equal((await data('LIST', 'pki/issuers')).keys.length, 1)
})

t.test('auto-tidy goes on by itself, interval after interval', async (t) => {
  const { data, send, advance } = await withRoot(t)
  await data('POST', 'pki/config/auto-tidy', { enabled: true, tidy_cert_store: true, interval_duration: '24h' })
  const { serial_number: serial } = await data('POST', 'pki/issue/any', { common_name: 'a', ttl: '1h' })
  advance(3 * DAY_MS)
  t.equal((await send('GET', `pki/cert/${serial}`)).status, 200)
  advance(2 * DAY_MS)
  t.equal((await send('GET', `pki/cert/${serial}`)).status, 404)
  await data('POST', 'pki/config/auto-tidy', { enabled: false })
  const { time_finished: finished } = await data('GET', 'pki/tidy-status')
  advance(2 * DAY_MS)
  t.equal((await data('GET', 'pki/tidy-status')).time_finished, finished)
})

t.test('lists are made anew before they end, lists of changes once there are some', async (t) => {
  const { data, send, advance } = await withRoot(t)
  await data('POST', 'pki/config/crl', { auto_rebuild: true, enable_delta: true })
  const bytes = async (path: string): Promise<string> => (await send('GET', path)).text
  const [whole, changes] = [await bytes('pki/crl/pem'), await bytes('pki/crl/delta/pem')]
  advance(2 * DAY_MS)
  t.equal(await bytes('pki/crl/pem'), whole)
  const { serial_number: serial } = await data('POST', 'pki/issue/any', { common_name: 'a' })
  await data('POST', 'pki/revoke', { serial_number: serial })
  advance(1)
  t.not(await bytes('pki/crl/delta/pem'), changes)
  t.equal(await bytes('pki/crl/pem'), whole)
  advance(0.5 * DAY_MS)
  t.not(await bytes('pki/crl/pem'), whole)
})

t.test('ACME is said not to be simulated where it is switched on', async (t) => {
  const { data, verdict } = await mounted(t)
  t.equal(await verdict('POST', 'pki/config/acme', { enabled: true }),
    '400 vault-mock does not simulate ACME in the "pki" secrets engine; see the table "not simulated" in its README')
  t.equal((await data('POST', 'pki/config/acme', { eab_policy: 'always-required' })).eab_policy, 'always-required')
})

t.test('a saved world has its authorities, and goes on signing', async (t) => {
  const { server, data, send } = await withRoot(t)
  await send('POST', 'pki/roles/leased', { allow_any_name: true, key_type: 'ec', generate_lease: true })
  const { serial_number: serial } = await data('POST', 'pki/issue/leased', { common_name: 'a', ttl: '1h' })
  await data('POST', 'pki/revoke', { serial_number: serial })
  await send('POST', 'pki/tidy', { tidy_cert_store: true })
  await send('POST', 'pki/config/crl', { expiry: '24h' })
  await send('POST', 'pki/config/urls', { ocsp_servers: 'http://a.example' })
  const restored = createServer({ state: JSON.parse(JSON.stringify(saveWorld(server.world))) })
  t.teardown(() => restored.close())
  const { payload } = await restored.inject({
    method: 'POST',
    url: '/v1/pki/issue/any',
    headers: { 'x-vault-token': server.rootToken ?? '' },
    payload: { common_name: 'b' }
  } as never)
  t.match(JSON.parse(payload).data.certificate, 'BEGIN CERTIFICATE')
})
