// sys/decode-token
import t from 'tap'
import { NO_TOKEN, vault } from '../../vault-server.js'

/** As the ceremony does it: XORed with the one-time password. */
function encode (token: string, otp: string): string {
  return Buffer.from([...token].map((letter, i) => letter.charCodeAt(0) ^ otp.charCodeAt(i))).toString('base64')
}

t.test('PUT decode-token decodes without a token', async (t) => {
  const { data } = vault(t)
  const body = { encoded_token: encode('root', 'abcd'), otp: 'abcd' }
  t.same(await data('PUT', 'sys/decode-token', body, NO_TOKEN), { token: 'root' })
})

t.test('PUT decode-token refuses a missing part and a password of another length', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('PUT', 'sys/decode-token', { otp: 'a' }), '400 missing encoded token')
  t.equal(await verdict('PUT', 'sys/decode-token', { encoded_token: 'YWJj' }), '400 missing otp')
  t.equal(
    await verdict('PUT', 'sys/decode-token', { encoded_token: 'YWJj', otp: 'a' }),
    '400 error xoring encoded token: length of byte slices is not equivalent: 3 != 1'
  )
})
