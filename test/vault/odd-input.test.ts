// Requests that are odd but answered by the real servers: observed on Vault 1.14.9 and OpenBao 2.5.5.
import t from 'tap'
import { vault, type Vault } from '../vault-server.js'

const BEYOND_2286 = '2540400h'

t.test('deadlines reach as far as Go has durations, and the server goes on', async (t) => {
  const { send } = vault(t)
  const wrapped = await send('GET', 'sys/internal/ui/mounts', undefined, { 'x-vault-wrap-ttl': BEYOND_2286 })
  t.match(wrapped, { status: 200, body: { wrap_info: { ttl: 9_145_440_000 } } })
  await send('POST', 'sys/auth/approle', { type: 'approle' })
  t.equal((await send('POST', 'auth/approle/role/r', { secret_id_ttl: BEYOND_2286 })).status, 204)
  t.equal((await send('POST', 'auth/approle/role/r/secret-id', {})).status, 200)
  t.equal((await send('GET', 'sys/health')).status, 200)
  const unwrapped = await send('POST', 'sys/wrapping/unwrap', undefined, { 'x-vault-token': wrapped.body.wrap_info.token })
  t.equal(unwrapped.status, 200)
})

t.test('a later deadline comes after an earlier one, however many digits it has', async (t) => {
  const { send, server } = vault(t, { time: 'manual' })
  await send('GET', 'sys/internal/ui/mounts', undefined, { 'x-vault-wrap-ttl': BEYOND_2286 })
  const { body } = await send('POST', 'auth/token/create', { ttl: '1h' })
  server.world.timeline.advance(3_600_000)
  t.equal((await send('POST', 'auth/token/lookup', { token: body.auth.client_token })).status, 403)
  t.equal((await send('GET', 'auth/token/lookup-self')).status, 200)
})

t.test('what Go cannot hold is refused, what a mount does not allow is capped', async (t) => {
  const { send } = vault(t)
  const refused = await send('GET', 'sys/internal/ui/mounts', undefined, { 'x-vault-wrap-ttl': '99999999h' })
  t.match(refused, {
    status: 400,
    body: { errors: ['error parsing X-Vault-Wrap-TTL header: time: invalid duration "99999999h"'] }
  })
  t.match((await send('POST', 'auth/token/create', { ttl: BEYOND_2286 })).body, {
    warnings: ['TTL of "2540400h" exceeded the effective max_ttl of "768h"; TTL value is capped accordingly']
  })
})

async function batchToken (send: Vault['send']): Promise<string> {
  const { body } = await send('POST', 'auth/token/create', { type: 'batch', policies: ['default'] })
  return body.auth.client_token
}

t.test('a batch token is read strictly', async (t) => {
  const { send } = vault(t)
  const token = await batchToken(send)
  const encoded = token.length - 'hvb.'.length
  const lookup = (id: string) => send('GET', 'auth/token/lookup-self', undefined, { 'x-vault-token': id })
  const refusal = (byte: number) => ({
    status: 500,
    body: { errors: [`error performing token check: illegal base64 data at input byte ${byte}`] }
  })
  t.equal((await lookup(token)).status, 200)
  t.match(await lookup(`${token}!!!!`), refusal(encoded))
  t.match(await lookup(token.slice(0, -3)), refusal(encoded - 4))
  t.equal((await lookup(token.slice(0, -4))).status, 403)
  t.equal((await send('POST', 'auth/token/lookup', { token: `${token}!!!!` })).status, 403)
})

t.test('names of what every object has are names like any other', async (t) => {
  const { send } = vault(t)
  t.match(await send('GET', 'sys/plugins/catalog/toString/x'), {
    status: 200,
    body: {
      data: null,
      warnings: ['Deprecated API endpoint, cannot read plugin information from catalog for "toString/x"']
    }
  })
  t.match(await send('GET', 'sys/internal/inspect/router/__proto__'), { status: 404, text: /\\t\* unsupported path/ })
  t.match(await send('POST', 'sys/tools/hash/toString', { input: '' }), {
    status: 400, body: { errors: ['unsupported algorithm toString'] }
  })
})

for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
  t.test(`${name} can be the name of anything`, async (t) => {
    const { send } = vault(t, { nomad: false })
    await send('POST', 'sys/mounts/kv1', { type: 'kv' })
    for (const path of [`kv1/${name}`, `cubbyhole/${name}`, `secret/data/${name}`]) {
      t.equal((await send('GET', path)).status, 404, path)
      const value = JSON.parse(`{"${name}":"a"}`)
      t.ok((await send('POST', path, path.startsWith('secret') ? { data: value } : value)).status < 300, path)
      t.match((await send('GET', path)).text, `{"${name}":"a"}`, path)
    }
    const policy = `path "kv1/*" { capabilities = ["read"], allowed_parameters = { "${name}" = [] } }`
    for (const [path, body] of [
      [`sys/mounts/${name}`, { type: 'kv' }], [`sys/auth/${name}`, { type: 'userpass' }],
      [`auth/${name}/users/${name}`, { password: 'p' }], [`sys/policies/acl/${name}`, { policy }],
      [`sys/policies/password/${name}`, { policy: 'length = 20\nrule "charset" { charset = "abcde" }' }],
      [`sys/quotas/rate-limit/${name}`, { rate: 1000 }], [`auth/token/roles/${name}`, {}],
      [`identity/entity/name/${name}`, { metadata: { [name]: 'a' } }]
    ] as const) {
      const isMade = path.startsWith('sys/mounts') || path.startsWith('sys/auth')
      if (!isMade) t.equal((await send('GET', path)).status, 404, `${path} before`)
      t.ok((await send('POST', path, body)).status < 300, path)
      t.equal((await send('GET', isMade ? `${path}/tune` : path)).status, 200, path)
    }
    t.equal((await send('GET', 'sys/internal/specs/openapi')).status, 200)
    t.equal((await send('GET', '../_mock/state')).status, 200)
  })
}

t.test('an audit device of a type that Vault does not know', async (t) => {
  const { send } = vault(t)
  for (const type of ['ghost', 'toString']) {
    t.match(await send('POST', 'sys/audit/x', { type }), {
      status: 400, body: { errors: [`unknown backend type: "${type}"`] }
    })
  }
})

for (const maxVersions of [-1, 2 ** 53]) {
  t.test(`max_versions ${maxVersions} is taken, and keys can be written`, async (t) => {
    const { send } = vault(t)
    t.equal((await send('POST', 'secret/metadata/a', { max_versions: maxVersions })).status, 204)
    for (const version of [1, 2]) {
      t.match((await send('POST', 'secret/data/a', { data: { version } })).body, { data: { version } })
    }
    t.match((await send('GET', 'secret/data/a')).body, { data: { data: { version: 2 } } })
  })
}
