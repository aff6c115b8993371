// sys/rekey/backup and sys/rekey/recovery-key-backup; the rest of sys/rekey is answered by each node itself
import t from 'tap'
import { NO_TOKEN, vault } from '../../vault-server.js'

for (const path of ['sys/rekey/backup', 'sys/rekey/recovery-key-backup']) {
  t.test(`GET ${path} has none, since no keys are encrypted with PGP`, async (t) => {
    t.equal(await vault(t).verdict('GET', path), '400 no backed-up keys found')
  })

  t.test(`DELETE ${path} is no error`, async (t) => {
    t.equal(await vault(t).verdict('DELETE', path), '204')
  })

  t.test(`GET ${path} needs a token`, async (t) => {
    t.equal(await vault(t).verdict('GET', path, undefined, NO_TOKEN), '403 permission denied')
  })
}
