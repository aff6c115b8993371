// sys/config/reload
import t from 'tap'
import { call, drOperationToken, openTestWorld } from '../../replication/replicated.js'
import { NO_TOKEN, UNSUPPORTED_PATH, vault } from '../../vault-server.js'

const RELOAD = 'sys/config/reload'

t.test('POST config/reload/license reads the license again', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('POST', `${RELOAD}/license`), '204')
  t.equal(await verdict('POST', `${RELOAD}/license`, undefined, NO_TOKEN), '403 permission denied')
})

t.test('nothing else can be reloaded', async (t) => {
  t.equal(await vault(t).verdict('POST', `${RELOAD}/listeners`), UNSUPPORTED_PATH)
  t.equal(await vault(t, { profile: 'openbao-2.5' }).verdict('POST', `${RELOAD}/license`), UNSUPPORTED_PATH)
})

t.test('on a DR secondary a DR operation token is asked for, under either spelling', async (t) => {
  const { east, west } = await openTestWorld(t, { clusters: { east: {}, west: {} } })
  east.replicateTo(west, 'dr')
  const token = await drOperationToken(west, east.unsealKeys[0] ?? '')
  t.equal((await call(west, 'POST', `${RELOAD}/license`)).status, 400)
  for (const prefix of ['config/reload', 'sys/config/reload']) {
    const path = `sys/replication/dr/secondary/${prefix}/license`
    t.equal((await call(west, 'POST', path, { dr_operation_token: token })).status, 204)
    t.equal((await call(west, 'POST', path, {})).status, 400)
  }
})
