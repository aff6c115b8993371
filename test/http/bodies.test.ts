import type { IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import t from 'tap'
import { vault } from '../vault-server.js'
import { decodeBody, decodeQuery, guardJson, readBody } from '../../src/http/bodies.js'
import { JsonNumber, printJson, type JsonValue } from '../../src/json/index.js'
import { VaultError } from '../../src/refusal/index.js'

const FORM = 'application/x-www-form-urlencoded'
const REFUSALS = ['error parsing JSON', 'error parsing form data']
const contentTypes = fc.option(fc.constantFrom(FORM, `${FORM}; charset=utf-8`, 'application/json', 'text/plain'), { nil: undefined })

/** Mostly JSON-like, so that more than the first byte counts. */
const bodies = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((text) => Buffer.from(text)),
  fc.tuple(fc.json(), fc.nat(), fc.string()).map(([text, at, junk]) => {
    const cut = at % (text.length + 1)
    return Buffer.from(text.slice(0, cut) + junk + text.slice(cut))
  }),
  fc.array(fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '1', 'e', '-', '.', '\\u', 'null', ' ', '\\', 'true'), { maxLength: 60 }).map((parts) => Buffer.from(parts.join('')))
)

t.test('whatever the bytes, there are fields or one of the two refusals', async (t) => {
  fc.assert(fc.property(bodies, contentTypes, (body, contentType) => {
    try {
      const data = decodeBody(body, contentType)
      return Object.getPrototypeOf(data) === null
    } catch (error) {
      return error instanceof VaultError && error.kind === 'invalid' && REFUSALS.includes(error.message)
    }
  }), { numRuns: 1000 })
  t.pass()
})

t.test('the guard refuses with 500 and a reason, or lets pass', async (t) => {
  fc.assert(fc.property(bodies, (body) => {
    try {
      guardJson(body)
      return true
    } catch (error) {
      return error instanceof VaultError && error.kind === 'failure' && error.message !== '' && !error.wrapped
    }
  }), { numRuns: 1000 })
  t.pass()
})

t.test('an object comes back as it went, whatever its label', async (t) => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), contentTypes, (object, contentType) => {
    const decoded = decodeBody(Buffer.from(JSON.stringify(object)), contentType)
    t.same(plain(decoded), JSON.parse(JSON.stringify(object)))
  }), { numRuns: 200 })
})

t.test('depth and length are no danger', async (t) => {
  const deep = '['.repeat(100_000)
  t.throws(() => decodeBody(Buffer.from(`{"a":${deep}`), undefined), { message: 'error parsing JSON' })
  t.throws(() => { guardJson(Buffer.from(`{"a":${deep}`)) }, { message: /nesting depth/ })
  t.equal((decodeBody(Buffer.from(`{"a":"${'x'.repeat(5_000_000)}"}`), undefined).a as string).length, 5_000_000)
})

t.test('a form joins repeated names with commas', async (t) => {
  t.same({ ...decodeBody(Buffer.from('a=1&b=x%20y&a=2'), FORM) }, { a: '1,2', b: 'x y' })
  t.throws(() => decodeBody(Buffer.from('a=%zz'), FORM), { message: 'error parsing form data' })
})

t.test('a query is read whatever it says; repeated names become lists, help is no data', async (t) => {
  t.same({ ...decodeQuery('a=1&a=2&a=3&help=1&b') }, { a: ['1', '2', '3'], b: '' })
  fc.assert(fc.property(fc.string(), (query) => Object.getPrototypeOf(decodeQuery(query)) === null), { numRuns: 300 })
})

/** As plain JSON would have it; -0 and 1e21 keep their text here. */
function plain (value: JsonValue): unknown {
  const revive = (_key: string, member: unknown): unknown => member instanceof JsonNumber ? Number(member.text) : member
  return JSON.parse(printJson(value), revive)
}

t.test('a client that goes away in the middle of a body is refused, which is no fault', async (t) => {
  const request = new PassThrough()
  const body = readBody(request as unknown as IncomingMessage)
  request.write('{"a":')
  request.destroy(new Error('aborted'))
  await t.rejects(body, new VaultError('invalid', 'error reading data'))
})

t.test('Vault 1.21 looks at every body, and says why it is no JSON', async (t) => {
  const { verdict } = vault(t, { profile: 'vault-1.21' })
  const PREFIX = '400 error parsing JSON: failed to parse JSON input: '
  t.equal(await verdict('PUT', 'sys/policies/acl/p', 'policy=abc'), PREFIX + "invalid character 'p' looking for beginning of value")
  t.equal(await verdict('PUT', 'sys/policies/acl/p', '12'),
    PREFIX + 'json: cannot unmarshal number into Go value of type map[string]interface {}')
  t.equal(await verdict('DELETE', 'secret/data/a', '{broken'), "500 invalid character 'b' looking for beginning of value")
})
