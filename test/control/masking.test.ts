// Secrets that clients send or get: nowhere in what the journal, its exports or the log show.
import pino from 'pino'
import t from 'tap'
import { createServer } from '../../src/index.js'

const AUTH = { 'x-vault-token': 'root' }
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** Words that occur nowhere else, from a seed. */
function secretsFrom (seed: number) {
  const made: string[] = []
  let state = seed
  const draw = (): number => (state = (state * 1103515245 + 12345) % 2 ** 31)
  const secret = (): string => {
    let word = ''
    while (word.length < 24) word += LETTERS[Math.floor(draw() / 65536) % LETTERS.length]
    made.push(word)
    return word
  }
  return { secret, token: () => `hvs.${secret()}`, made }
}

/** A server whose log is kept, and what all of it shows. */
function watched () {
  let log = ''
  const logger = pino({ level: 'trace' }, { write: (line) => { log += line } })
  const server = createServer({ logger, seed: 1 })
  const shown = async (): Promise<string> => {
    const paths = ['/_mock/journal', '/_mock/journal?path=nothing', '/_mock/journal/har', '/_mock/journal/audit',
      '/v1/sys/metrics?format=prometheus', '/_mock/events']
    const answers = await Promise.all(paths.map(async (url) => await server.inject({ url, headers: AUTH })))
    return log + answers.map(({ body }) => body).join('')
  }
  return { ...server, shown }
}

for (const seed of [1, 2, 3]) {
  t.test(`no secret is shown, seed ${seed}`, async (t) => {
    const { inject, shown } = watched()
    const { secret, token, made } = secretsFrom(seed)
    const send = async (method: string, path: string, payload?: object, headers: Record<string, string> = {}) => {
      await inject({ method, url: `/v1/${path}`, payload, headers: { ...AUTH, ...headers } })
    }
    await send('POST', 'sys/mounts/kv', { type: 'kv' })
    await send('PUT', 'kv/a', { options: { cas: secret(), word: secret() }, metadata: { created_time: secret() } })
    await send('PUT', 'kv/b', { metadata: secret(), data: { metadata: { version: secret() } } })
    await send('PUT', 'cubbyhole/a', { options: { word: secret() }, metadata: { x: secret() }, data: secret() })
    for (const path of ['kv/a', 'kv/b', 'cubbyhole/a']) await send('GET', path)
    await send('POST', 'secret/data/a', { data: { options: secret(), metadata: { x: secret() } }, options: { cas: 0 } })
    await send('GET', 'secret/data/a')
    await send('GET', `secret/data/a?token=${token()}&word=${secret()}`)
    for (const path of ['sys/unseal', 's%79s/unseal', 'sys/%75nseal', 'sys/./unseal', '/sys/unseal', 'sys/x/../unseal']) {
      await send('PUT', path, { key: secret() })
    }
    for (const verb of ['lookup', 'renew', 'revoke']) await send('POST', `auth/token/${verb}/${secret()}`)
    await send('GET', `auth/token/l%6Fokup/${token()}`)
    await send('POST', 'auth/token/lookup', { token: secret() })
    await send('PUT', 'kv/text', { note: `see https://user:${secret()}@example.com/` })
    await send('POST', 'sys/storage/raft/join', { leader_api_addr: `http://u:${secret()}@127.0.0.1:1`, leader_client_key: secret() })
    await send('GET', 'sys/health', undefined, { authorization: `Bearer ${secret()}`, 'proxy-authorization': `Basic ${secret()}` })
    await send('GET', 'sys/health', undefined, { cookie: secret(), referer: `http://a/?secret=${secret()}`, 'x-vault-token': token() })
    await send('GET', `nowhere/${token()}`)
    await send('POST', 'sys/auth/userpass', { type: 'userpass' })
    await send('POST', 'auth/userpass/users/a', { password: secret() })
    await send('POST', 'auth/userpass/login/a', { password: secret() })
    await send('POST', 'sys/tools/hash', { input: secret() })
    const text = await shown()
    t.same(made.filter((word) => text.includes(word)), [])
    t.ok(made.length > 30 && text.includes('secret/data/a'))
  })
}

t.test('what nests deeply is masked and exported', async (t) => {
  const server = createServer()
  server.controls.begin({ journal: { bodyBytes: 100_000 } })
  const payload = `{"a":${'['.repeat(9_990)}"hush"${']'.repeat(9_990)}}`
  await server.inject({ method: 'PUT', url: '/v1/cubbyhole/a', headers: AUTH, payload })
  for (const path of ['/_mock/journal', '/_mock/journal/har']) {
    const { statusCode, body } = await server.inject(path)
    t.equal(statusCode, 200)
    t.match(body, /\[\\"\*\*\*\\"\]/)
    t.notMatch(body, /hush/)
  }
})

t.test('what KV v2 has beside its data stays readable', async (t) => {
  const { inject } = createServer()
  await inject({ method: 'POST', url: '/v1/secret/data/a', headers: AUTH, payload: { data: { a: 'b' }, options: { cas: 0 } } })
  await inject({ url: '/v1/secret/data/a?version=1', headers: AUTH })
  const [write, read] = (await inject('/_mock/journal')).json().entries
  t.equal(write.request.body, '{"data":{"a":"***"},"options":{"cas":0}}')
  t.match(read.url, /version=1$/)
  t.match(read.response.body, /"data":\{"a":"\*\*\*"\},"metadata":\{"created_time":"20/)
})

const CONFIGURED: readonly (readonly [type: string, path: string, config: object])[] = [
  ['kubernetes', 'config', { kubernetes_host: 'https://k8s.test', token_reviewer_jwt: 'seekrit', kubernetes_ca_cert: 'ca' }],
  ['ldap', 'config', { url: 'ldap://ldap.test', binddn: 'cn=vault', bindpass: 'seekrit' }],
  ['radius', 'config', { host: 'radius.test', secret: 'seekrit' }],
  ['okta', 'config', { org_name: 'acme', api_token: 'seekrit' }],
  ['aws', 'config/client', { access_key: 'AKIA', secret_key: 'seekrit' }],
  ['azure', 'config', { tenant_id: 't', resource: 'r', client_id: 'c', client_secret: 'seekrit' }],
  ['gcp', 'config', { credentials: '{"private_key":"seekrit"}' }]
]
for (const [type, path, config] of CONFIGURED) {
  t.test(`what ${type} knows of its other side is not shown`, async (t) => {
    const { inject } = createServer()
    await inject({ method: 'POST', url: `/v1/sys/auth/${type}`, headers: AUTH, payload: { type } })
    await inject({ method: 'POST', url: `/v1/auth/${type}/${path}`, headers: AUTH, payload: config })
    const { body } = await inject('/_mock/journal')
    t.match(body, `auth/${type}/${path}`)
    t.notMatch(body, 'seekrit')
  })
}

t.test('the address of a passcode is shown without its secret', async (t) => {
  const { inject } = createServer()
  const url = 'otpauth://totp/Acme:ann?secret=JBSWY3DPEHPK3PXP&issuer=Acme'
  await inject({ method: 'POST', url: '/v1/identity/mfa/method/totp/admin-generate', headers: AUTH, payload: { url } })
  const { body } = await inject('/_mock/journal')
  t.match(body, 'issuer=Acme')
  t.notMatch(body, 'JBSWY3DPEHPK3PXP')
})
