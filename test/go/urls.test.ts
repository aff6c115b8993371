// Addresses: what Go's net/url reads in them, and how it writes what stands in them
import t from 'tap'
import { escapeGoPath, escapeGoPathSegment, escapeGoQuery, parseGoUrl } from '../../src/go/urls.js'

/** What Go 1.26 read: path and query. */
const READ_BY_GO: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
  ['otpauth://totp/A%20x:B+c?secret=J&issuer=q+r%20s', '/A x:B+c', { secret: 'J', issuer: 'q r s' }],
  ['otpauth:foo?secret=J', '', { secret: 'J' }],
  ['totp/A:B?secret=J', 'totp/A:B', { secret: 'J' }],
  ['otpauth://u@totp:80/A', '/A', {}],
  ['otpauth://totp/A#f?secret=J', '/A', {}],
  ['otpauth://totp/A?a;b=c&secret=J&%zz=1&secret=K', '/A', { secret: 'J' }],
  ['otpauth://totp?secret=x', '', { secret: 'x' }],
  ['otpauth://totp/é?issuer=%C3%A9', '/é', { issuer: 'é' }],
  ['//h/p', '/p', {}],
  ['///p', '///p', {}],
  ['', '', {}],
  ['/a:b', '/a:b', {}]
]

for (const [text, path, query] of READ_BY_GO) {
  t.test(`${JSON.stringify(text)} is read as by Go`, async (t) => {
    const url = parseGoUrl(text)
    t.equal(url?.path, path)
    t.same(Object.fromEntries(url?.query ?? []), query)
  })
}

const REFUSED_BY_GO = [
  '%zz', 'otpauth://totp/a%zz', ':x', '://x', '1a://x/y', 'a b:c', 'x://to tp/A', 'x://totp:x/A', 'x://[::1/A',
  'x://u:p%zz@h/A', 'x://u p@h/x', 'x://t%20x/A', 'x://t%41x/A', 'x://h/A\u0001'
]

for (const text of REFUSED_BY_GO) {
  t.test(`${JSON.stringify(text)} is refused as by Go`, async (t) => { t.equal(parseGoUrl(text), undefined) })
}

t.test('texts are escaped as by Go', async (t) => {
  const text = 'Ab9-_.~$&+,/:;=@!\'()*? é'
  t.equal(escapeGoPath(text), 'Ab9-_.~$&+,/:;=@%21%27%28%29%2A%3F%20%C3%A9')
  t.equal(escapeGoPathSegment(text), 'Ab9-_.~$&+%2C%2F:%3B=@%21%27%28%29%2A%3F%20%C3%A9')
  t.equal(escapeGoQuery(text), 'Ab9-_.~%24%26%2B%2C%2F%3A%3B%3D%40%21%27%28%29%2A%3F+%C3%A9')
})
