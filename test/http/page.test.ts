// The page at /ui/ as HTTP has it; what it does is tested in a browser.
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { createServer } from '../../src/index.js'
import { buildPage } from '../../scripts/build.js'

t.before(async () => { await buildPage() })

t.test('three files, nothing inline, a strict policy', async (t) => {
  const server = createServer()
  t.teardown(() => server.close())
  const page = await server.inject('/ui/')
  t.equal(page.statusCode, 200)
  t.match(page.headers['content-security-policy'], /default-src 'none'; script-src 'self'; style-src 'self'/)
  t.notMatch(page.body, /<style|<script>|style=|https?:/)
  for (const [name, type] of [['page.js', /javascript/], ['page.css', /css/], ['icon.svg', /svg/]] as const) {
    const plain = await server.inject(`/ui/${name}`)
    t.match(plain.headers['content-type'], type)
    const packed = await server.inject({ url: `/ui/${name}`, headers: { 'accept-encoding': 'gzip, br' } })
    t.equal(gunzipSync(packed.rawPayload).toString(), plain.body, `${name} compressed is the same`)
  }
})

t.test('other paths, verbs and hosts', async (t) => {
  const server = createServer()
  t.teardown(() => server.close())
  t.equal((await server.inject('/ui')).headers.location, '/ui/')
  for (const path of ['/ui/vault', '/ui/../package.json', '/ui/constructor', '/ui/page.js.gz']) t.equal((await server.inject(path)).statusCode, 404, path)
  t.equal((await server.inject({ method: 'POST', url: '/ui/' })).statusCode, 405)
  t.equal((await server.inject({ url: '/ui/', headers: { host: 'evil.example' } })).statusCode, 403)
})

t.test('where there are no controls there is no page', async (t) => {
  const server = createServer({ control: false })
  t.teardown(() => server.close())
  const answer = await server.inject('/ui/')
  t.equal(answer.statusCode, 404)
  t.equal(answer.body, '404 page not found\n')
})
