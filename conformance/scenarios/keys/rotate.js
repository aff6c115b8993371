// OpenBao's authenticated replacement of rekeying: sys/rotate/root.
import { activeNode, get, put, post, del } from '../steps.js'

const anon = { noToken: true }
const R = '/v1/sys/rotate'

export default {
  start: 'uninitialized',
  steps: [
    ...activeNode,
    get('root init, none', `${R}/root/init`),
    get('root init, no token', `${R}/root/init`, anon),
    post('root init, threshold above shares', `${R}/root/init`, { secret_shares: 1, secret_threshold: 2 }),
    post('root init, one of two', `${R}/root/init`, { secret_shares: 2, secret_threshold: 1 }),
    post('root init, no shares', `${R}/root/init`, {}),
    post('root init, backup without pgp', `${R}/root/init`, { secret_shares: 3, secret_threshold: 2, backup: true }),
    del('backup cancelled', `${R}/root/init`),
    post('root init', `${R}/root/init`, { secret_shares: 3, secret_threshold: 2 }, { save: { nonce: 'data.nonce' } }),
    get('root init, started', `${R}/root/init`),
    post('root init again', `${R}/root/init`, { secret_shares: 3, secret_threshold: 2 }),
    post('root update, no key', `${R}/root/update`, { nonce: '{{nonce}}' }),
    post('root update, wrong nonce', `${R}/root/update`, { nonce: 'wrong', key: '{{key}}' }),
    post('root update, no nonce', `${R}/root/update`, { key: '{{key}}' }),
    post('root update, key that is none', `${R}/root/update`, { nonce: '{{nonce}}', key: 'zz' }),
    post('root update, a wrong key', `${R}/root/update`, {
      nonce: '{{nonce}}', key: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='
    }),
    del('root cancel', `${R}/root/init`),
    get('root init, cancelled', `${R}/root/init`),
    del('root cancel again', `${R}/root/init`),
    post('root init 2', `${R}/root/init`, { secret_shares: 3, secret_threshold: 2 }, { save: { nonce: 'data.nonce' } }),
    post('root update, done', `${R}/root/update`, { nonce: '{{nonce}}', key: '{{key}}' }, {
      save: { k1: 'data.keys_base64.0', k2: 'data.keys_base64.1', k3: 'data.keys_base64.2' }
    }),
    get('seal-status after', '/v1/sys/seal-status', anon),
    post(
      'root init with verification', `${R}/root/init`,
      { secret_shares: 2, secret_threshold: 2, require_verification: true },
      { save: { nonce: 'data.nonce' } }
    ),
    get('root init with verification, started', `${R}/root/init`),
    post('with verification, share 1', `${R}/root/update`, { nonce: '{{nonce}}', key: '{{k1}}' }),
    post('with verification, share 1 again', `${R}/root/update`, { nonce: '{{nonce}}', key: '{{k1}}' }),
    post('with verification, share 2', `${R}/root/update`, { nonce: '{{nonce}}', key: '{{k3}}' }, {
      save: { v1: 'data.keys_base64.0', v2: 'data.keys_base64.1', vnonce: 'data.verification_nonce' }
    }),
    get('verify status', `${R}/root/verify`),
    get('root init while verifying', `${R}/root/init`),
    post('verify, wrong nonce', `${R}/root/verify`, { nonce: 'wrong', key: '{{v1}}' }),
    post('verify, share 1', `${R}/root/verify`, { nonce: '{{vnonce}}', key: '{{v1}}' }),
    del('verify, restarted', `${R}/root/verify`, { save: { vnonce: 'data.nonce' } }),
    post('verify, share 1 after the restart', `${R}/root/verify`, { nonce: '{{vnonce}}', key: '{{v1}}' }),
    post('verify, share 2', `${R}/root/verify`, { nonce: '{{vnonce}}', key: '{{v2}}' }),
    get('verify status, none', `${R}/root/verify`),
    get('seal-status after the verification', '/v1/sys/seal-status', anon),
    get('recovery init on a shamir seal', `${R}/recovery/init`),
    post('recovery init on a shamir seal, start', `${R}/recovery/init`, { secret_shares: 1, secret_threshold: 1 }),
    get('root backup, none', `${R}/root/backup`),
    del('root backup, delete', `${R}/root/backup`),
    get('config', `${R}/config`),
    get('keyring config', `${R}/keyring/config`),
    post('config, too few operations', `${R}/config`, { max_operations: 1 }),
    post('config, short interval', `${R}/keyring/config`, { interval: '1h' }),
    post('config, set', `${R}/keyring/config`, { max_operations: 2000000, interval: '48h', enabled: false }),
    get('config, as set', `${R}/config`),
    get('key-status', '/v1/sys/key-status'),
    post('keyring', `${R}/keyring`, {}),
    post('rotate, the old path', '/v1/sys/rotate', {}),
    get('key-status after', '/v1/sys/key-status'),
    post('root', `${R}/root`, {}),
    get('root by GET', `${R}/root`),
    get('unknown below rotate', `${R}/nothing`),
    put('rekey init, unauthenticated', '/v1/sys/rekey/init', { secret_shares: 1, secret_threshold: 1 }, anon),
    put('rekey init', '/v1/sys/rekey/init', { secret_shares: 1, secret_threshold: 1 }),
    put('generate-root attempt, unauthenticated', '/v1/sys/generate-root/attempt', {}, anon),
    put('generate-root attempt', '/v1/sys/generate-root/attempt', {})
  ]
}
