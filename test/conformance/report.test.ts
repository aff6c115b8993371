// The report in its forms.
import t from 'tap'
import { reportForm, scenarioLines, summaryOf, tiersOf } from '../../src/conformance/index.js'
import type { Report, ScenarioResult } from '../../src/conformance/index.js'

const wanted = { status: 200, headers: {}, body: { json: { a: '<uuid>' }, endsWithNewline: true } }
const got = { ...wanted, status: 500 }
const request = { node: 0, method: 'GET', path: '/v1/a' }
const results: ScenarioResult[] = [
  {
    name: 'core',
    tier: 'core',
    exchanges: [
      { id: 'one', verdict: 'same', request, wanted, got: wanted, reasons: [] },
      { id: 'a < b & "c"', verdict: 'different', request, wanted, got, reasons: ['$.status: expected 200, got 500'] },
      { id: 'three', verdict: 'not offered', request, wanted, got, reasons: ['$.status: expected 200, got 404'] }
    ]
  },
  { name: 'dr', tier: 'replication', notPlayed: 'no recording', exchanges: [] },
  {
    name: 'raft-cluster',
    tier: 'raft',
    notPlayed: 'it wants 3 nodes',
    exchanges: [{ id: 'joins', verdict: 'not played', reasons: ['it wants 3 nodes'] }]
  }
]
const report: Report = {
  servers: ['http://a:8200'], version: '1.14.9', profile: 'vault-1.14', date: '2026-11-21', tiers: tiersOf(results)
}
const as = (file: string) => reportForm(file)?.(report) ?? ''

t.test('the file\'s ending says the form', (t) => {
  t.strictSame(['a.json', 'a.md', 'a.xml', 'a.txt', 'json'].map((file) => reportForm(file) !== undefined), [true, true, true, false, false])
  t.end()
})

t.test('JSON has everything', (t) => {
  t.strictSame(JSON.parse(as('r.json')), JSON.parse(JSON.stringify(report)))
  t.match(JSON.parse(as('r.json')), {
    tiers: [
      { tier: 'core', figures: { total: 3, same: 1, different: 1, notOffered: 1, notPlayed: 0 } },
      { tier: 'raft', figures: { total: 1, notPlayed: 1 } },
      { tier: 'replication', note: /rests on documents/ }
    ]
  })
  t.end()
})

t.test('Markdown has the figures and both answers of each difference', (t) => {
  const text = as('r.md')
  t.match(text, /^\| core \| 3 \| 1 \| 1 \| 1 \| 0 \|$/m)
  t.match(text, /### a < b[\s\S]*`GET \/v1\/a`[\s\S]*Expected:[\s\S]*"status": 200[\s\S]*Got:[\s\S]*"status": 500/)
  t.match(text, /### Not offered\n\n- three/)
  t.match(text, /Not played: it wants 3 nodes\./)
  t.match(text, /replication: no recording of an enterprise server/)
  t.notMatch(text, /### one/)
  t.end()
})

t.test('JUnit has a case for each exchange', (t) => {
  const text = as('r.xml')
  t.match(text, '<testsuite name="core: core" tests="3" failures="1" skipped="1" errors="0">')
  t.match(text, '<testcase classname="core: core" name="one"/>')
  t.match(text, 'name="a &lt; b &amp; &quot;c&quot;">\n      <failure message="$.status: expected 200, got 500">')
  t.match(text, '<skipped message="not played: it wants 3 nodes"/>')
  t.notMatch(text, '"<uuid>"', 'what is within is escaped')
  t.equal((text.match(/<testcase /g) ?? []).length, 4)
  t.equal((text.match(/<testcase [^>]*[^/]>/g) ?? []).length, (text.match(/<\/testcase>/g) ?? []).length)
  t.end()
})

t.test('the terminal has a line for each scenario and each tier', (t) => {
  t.equal(results.map(scenarioLines).join(''), [
    '  ✗ a < b & "c"', '    $.status: expected 200, got 500', '✗ core: core: 1 of 3 the same, 1 different, 1 not offered',
    ''
  ].join('\n'))
  const summary = summaryOf(report)
  t.match(summary, 'http://a:8200 (1.14.9), compared with vault-1.14')
  t.match(summary, /^core +3 +1 +1 +1 +0$/m)
  t.match(summary, /^Not played:\n {2}it wants 3 nodes: raft-cluster\n {2}no recording: dr$/m)
  t.match(summary, /^together +4 +1 +1 +1 +1$/m)
  t.end()
})
