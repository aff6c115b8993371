// The totp engine: keys made and imported, codes and their validation.
import { createHmac } from 'node:crypto'

import { activeNode, get, post, del, list } from '../steps.js'

const T = '/v1/totp'
const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const code = { hide: { 'data.code': 'digits' } }
// the url holds the secret when the server made it
const made = {
  maskWith: (b) => ({
    ...b,
    data: {
      ...b.data,
      barcode: typeof b.data.barcode,
      url: b.data.url.replace(/secret=[A-Z2-7]+/, (m) => `secret=<${m.length - 7} letters>`)
    }
  })
}
const base32 = (text) => {
  let bits = ''; for (const c of text) {
    bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(
      5, '0'
    )
  } return Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))
}
const codeOf = (key, at, { digits = 6, period = 30, algorithm = 'sha1' } = {}) => {
  const counter = Buffer.alloc(8); counter.writeBigUInt64BE(BigInt(Math.floor(at / period)))
  const mac = createHmac(algorithm, base32(key)).update(counter).digest(); const o = mac.at(-1) & 15
  return String((mac.readUInt32BE(o) & 0x7fffffff) % 10 ** digits).padStart(digits, '0')
}
// the code for now, by a clock that has nothing to do with the server's
const now = (json, vars, answer) => codeOf(secret, Date.now() / 1000)

export default {
  start: 'active',
  steps: [
    ...activeNode,
    post('enable', '/v1/sys/mounts/totp', { type: 'totp' }),
    list('no keys', `${T}/keys`),
    get('unknown key', `${T}/keys/none`),
    post('generate', `${T}/keys/made`, { generate: true, issuer: 'Vault Co', account_name: 'ann@example.com' }, made),
    get('read the generated', `${T}/keys/made`),
    post('generate again', `${T}/keys/made`, { generate: true, issuer: 'Other', account_name: 'ann' }, made),
    post(
      'generate, everything set', `${T}/keys/full`,
      {
        generate: true,
        issuer: 'I',
        account_name: 'a',
        algorithm: 'SHA256',
        digits: 8,
        period: 60,
        key_size: 32,
        qr_size: 100,
        skew: 0
      },
      made
    ),
    get('read everything set', `${T}/keys/full`),
    post('generate, not exported', `${T}/keys/quiet`, {
      generate: true, exported: false, issuer: 'I', account_name: 'a'
    }),
    post(
      'generate, no barcode', `${T}/keys/plain`,
      { generate: true, qr_size: 0, issuer: 'I', account_name: 'a' },
      made
    ),
    post('generate without issuer', `${T}/keys/x`, { generate: true, account_name: 'a' }),
    post('generate without account', `${T}/keys/x`, { generate: true, issuer: 'I' }),
    post('generate, bad algorithm', `${T}/keys/x`, {
      generate: true, issuer: 'I', account_name: 'a', algorithm: 'MD5'
    }),
    post('generate, bad digits', `${T}/keys/x`, { generate: true, issuer: 'I', account_name: 'a', digits: 7 }),
    post('generate, bad period', `${T}/keys/x`, { generate: true, issuer: 'I', account_name: 'a', period: 0 }),
    post('generate, bad skew', `${T}/keys/x`, { generate: true, issuer: 'I', account_name: 'a', skew: 2 }),
    post('generate, bad key size', `${T}/keys/x`, { generate: true, issuer: 'I', account_name: 'a', key_size: 0 }),
    post('generate, bad qr size', `${T}/keys/x`, { generate: true, issuer: 'I', account_name: 'a', qr_size: -1 }),
    post('generate, key given', `${T}/keys/x`, { generate: true, issuer: 'I', account_name: 'a', key: secret }),
    post('generate, url given', `${T}/keys/x`, {
      generate: true, issuer: 'I', account_name: 'a', url: 'otpauth://totp/x'
    }),
    post('import by url', `${T}/keys/byurl`, {
      url: `otpauth://totp/Acme:bob@example.com?secret=${secret}&issuer=Acme&algorithm=SHA512&digits=8&period=60`
    }),
    get('read the imported by url', `${T}/keys/byurl`),
    post('import by url, no secret', `${T}/keys/x`, { url: 'otpauth://totp/Acme:bob?issuer=Acme' }),
    post('import by url, bad', `${T}/keys/x`, { url: '%zz' }),
    post('import by key', `${T}/keys/bykey`, { key: secret, issuer: 'Acme', account_name: 'cid' }),
    get('read the imported by key', `${T}/keys/bykey`),
    post('import by key, not base32', `${T}/keys/x`, { key: '1!' }),
    post('import nothing', `${T}/keys/x`, {}),
    list('keys', `${T}/keys`),
    get('code', `${T}/code/bykey`, code),
    get('code of 8 digits', `${T}/code/byurl`, code),
    get('code of an unknown key', `${T}/code/none`),
    { path: `${T}/keys/bykey`, save: { mine: now } },
    post('validate', `${T}/code/bykey`, { code: '{{mine}}' }),
    post('validate again', `${T}/code/bykey`, { code: '{{mine}}' }),
    post('validate a wrong one', `${T}/code/bykey`, { code: '000' }),
    post('validate nothing', `${T}/code/bykey`, {}),
    post('validate with an unknown key', `${T}/code/none`, { code: '123456' }),
    del('delete', `${T}/keys/made`),
    del('delete again', `${T}/keys/made`),
    list('keys after', `${T}/keys`),
    list('wrong verb', `${T}/code/bykey`)
  ]
}
