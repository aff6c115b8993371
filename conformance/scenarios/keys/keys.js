// Root tokens made anew, and rekeying with and without verification.
import { activeNode, get, put, del, unmasked } from '../steps.js'

const anon = { noToken: true }

export default {
  start: 'uninitialized',
  steps: [
    ...activeNode,
    get('generate-root status', '/v1/sys/generate-root/attempt', anon),
    put('generate-root start', '/v1/sys/generate-root/attempt', {}, { ...anon, save: { nonce: 'nonce', otp: 'otp' } }),
    put('generate-root start again', '/v1/sys/generate-root/attempt', {}, anon),
    get('generate-root status, started', '/v1/sys/generate-root/attempt', anon),
    put('generate-root update, no nonce', '/v1/sys/generate-root/update', { key: '{{key}}' }, anon),
    put('generate-root update, wrong nonce', '/v1/sys/generate-root/update', { key: '{{key}}', nonce: 'x' }, anon),
    put('generate-root update, no key', '/v1/sys/generate-root/update', { nonce: '{{nonce}}' }, anon),
    put('generate-root update, bad key', '/v1/sys/generate-root/update', { key: 'zz', nonce: '{{nonce}}' }, anon),
    put(
      'generate-root update', '/v1/sys/generate-root/update', { key: '{{key}}', nonce: '{{nonce}}' },
      { ...anon, save: { newRoot: unmasked } }
    ),
    get('lookup-self with the new root token', '/v1/auth/token/lookup-self', { token: '{{newRoot}}' }),
    del('generate-root cancel, none running', '/v1/sys/generate-root/attempt', anon),
    put('generate-root start, own otp of the wrong length', '/v1/sys/generate-root/attempt', { otp: 'abc' }, anon),
    get('rekey status', '/v1/sys/rekey/init', anon),
    put('rekey start, bad', '/v1/sys/rekey/init', { secret_shares: 2, secret_threshold: 5 }, anon),
    put(
      'rekey start', '/v1/sys/rekey/init', { secret_shares: 3, secret_threshold: 2 },
      { ...anon, save: { rekey: 'nonce' } }
    ),
    put('rekey start again', '/v1/sys/rekey/init', { secret_shares: 3, secret_threshold: 2 }, anon),
    put('rekey update, wrong nonce', '/v1/sys/rekey/update', { key: '{{key}}', nonce: 'x' }, anon),
    put('rekey update', '/v1/sys/rekey/update', { key: '{{key}}', nonce: '{{rekey}}' }, {
      ...anon, save: { n0: 'keys_base64.0', n1: 'keys_base64.1' }
    }),
    get('seal-status after rekey', '/v1/sys/seal-status', anon),
    put(
      'rekey start with verification', '/v1/sys/rekey/init',
      { secret_shares: 1, secret_threshold: 1, require_verification: true },
      { ...anon, save: { rekey: 'nonce' } }
    ),
    put('rekey update 1 of 2', '/v1/sys/rekey/update', { key: '{{n0}}', nonce: '{{rekey}}' }, anon),
    put('rekey update 2 of 2', '/v1/sys/rekey/update', { key: '{{n1}}', nonce: '{{rekey}}' }, {
      ...anon, save: { v0: 'keys_base64.0', verify: 'verification_nonce' }
    }),
    get('rekey verify status', '/v1/sys/rekey/verify', anon),
    put('rekey verify', '/v1/sys/rekey/verify', { key: '{{v0}}', nonce: '{{verify}}' }, anon),
    del('rekey cancel, none running', '/v1/sys/rekey/init', anon),
    get('rekey backup', '/v1/sys/rekey/backup'),
    get('recovery key rekey status', '/v1/sys/rekey-recovery-key/init', anon),
    put('seal', '/v1/sys/seal', undefined),
    { pause: 500 },
    put('unseal with an old key', '/v1/sys/unseal', { key: '{{key}}' }, anon),
    put('unseal with the new key', '/v1/sys/unseal', { key: '{{v0}}' }, anon)
  ]
}
