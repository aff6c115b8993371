// What counts as a difference.
import t from 'tap'
import { departuresFrom, differencesBetween } from '../../src/conformance/comparison.js'
import type { Answer, Json } from '../../src/conformance/scenario.js'
import { judge } from '../../src/conformance/verdict.js'

const json = (body: Json, status = 200): Answer => ({
  status, headers: { 'content-type': 'application/json' }, body: { json: body, endsWithNewline: true }
})
const between = (wanted: Json, got: Json) => differencesBetween(json(wanted), json(got))

t.test('status, headers, newline and every member', (t) => {
  t.strictSame(differencesBetween(json({ a: [1, { b: 2 }] }), json({ a: [1, { b: 2 }] })), [])
  t.strictSame(differencesBetween(json({}), json({}, 204)), ['$.status: expected 200, got 204'])
  t.strictSame(differencesBetween(json({}), { ...json({}), headers: {} }),
    ['$.headers.content-type: missing, expected "application/json"'])
  t.strictSame(differencesBetween(json({}), { ...json({}), body: { json: {}, endsWithNewline: false } }),
    ['$.body.endsWithNewline: expected true, got false'])
  t.strictSame(between({ a: 1, b: 2 }, { a: '1', c: 3 }), [
    '$.body.json.a: expected 1, got "1"', '$.body.json.b: missing, expected 2', '$.body.json.c: not in the recording, got 3'
  ])
  t.strictSame(between({ a: [1] }, { a: [1, 2] }), ['$.body.json.a: expected 1 items, got 2'])
  t.strictSame(between({ a: null }, { a: {} }), ['$.body.json.a: expected null, got {}'])
  t.strictSame(between({ a: [] }, { a: {} }), ['$.body.json.a: expected [], got {}'])
  t.end()
})

t.test('the order of keys, save for what repeats data at the top of an envelope', (t) => {
  t.strictSame(between({ a: 1, b: 2 }, { b: 2, a: 1 }), ['$.body.json: key order, expected a,b, got b,a'])
  const data = { x: 1, y: 2 }
  t.strictSame(between({ x: 1, y: 2, request_id: 'r', data }, { request_id: 'r', y: 2, data, x: 1 }), [])
  t.match(between({ request_id: 'r', data }, { data, request_id: 'r' }), [/key order/])
  t.end()
})

t.test('a document states a status, a kind of content, nothing at all, or a form', (t) => {
  t.strictSame(departuresFrom({ status: '2xx' }, json({}, 204)), [])
  t.match(departuresFrom({ status: '2xx' }, json({}, 404)), ['$.status: expected 2xx, got 404'])
  t.match(departuresFrom({ status: 204, empty: true }, json({}, 204)), [/^\$\.body: expected nothing/])
  t.match(departuresFrom({ status: 200, contentType: 'text/plain' }, json({})), [/content-type: expected text\/plain/])
  const form = { data: { servers: [{ id: 'raft1', voter: true }] }, warnings: null, index: 24 }
  t.strictSame(departuresFrom({ status: 200, form },
    json({ data: { servers: [{ id: 'x', voter: false, more: 1 }] }, warnings: ['w'], index: '<number>' })), [])
  t.match(departuresFrom({ status: 200, form }, json({ data: { servers: [{ id: 7 }] }, index: 1 })), [
    /servers\[0\]\.id: expected a string/, /servers\[0\]\.voter: missing/, /warnings: missing/
  ])
  t.end()
})

t.test('an answer is the same, different, not offered, or was not asked for', (t) => {
  const wanted = json({ data: {} })
  const refusal = json({ errors: ['1 error occurred:\n\t* unsupported path\n\n'] }, 404)
  const ids = ['same', 'other', 'absent', 'fault', 'left', 'missing']
  const recording = { scenario: 's', source: { server: 'x', taken: '2026-11-21' }, exchanges: ids.map((id) => ({ id, response: wanted })) }
  const judged = judge({ name: 's', tier: 'core', start: 'active', steps: [] }, recording, [
    { id: 'same', response: wanted },
    { id: 'other', response: json({ errors: ['internal error'] }, 500) },
    { id: 'absent', response: refusal },
    { id: 'fault', fault: 'socket hang up' },
    { id: 'left', leftOut: 'it changes something' }
  ])
  t.strictSame(judged.map(({ verdict }) => verdict), ['same', 'different', 'not offered', 'different', 'not played', 'different'])
  t.match(judged[1], { wanted, got: { status: 500 }, reasons: ['$.status: expected 200, got 500'] })
  t.strictSame(judged.slice(3).map(({ reasons }) => reasons), [['socket hang up'], ['it changes something'], ['not reached']])
  // where absence is what was recorded, another status is a difference
  const [other] = judge({ name: 's', tier: 'core', start: 'active', steps: [] },
    { ...recording, exchanges: [{ id: 'a', response: refusal }] }, [{ id: 'a', response: wanted }])
  t.equal(other?.verdict, 'different')
  t.end()
})
