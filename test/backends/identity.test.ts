// identity/entity
import t from 'tap'
import { NEW_YEAR, vault } from '../vault-server.js'

const ANN = { name: 'ann', policies: ['reader'], metadata: { team: 'a' } }

t.test('POST entity creates one and answers with its id; GET shows it by id and by name', async (t) => {
  const { data } = vault(t, NEW_YEAR)
  const { id, name, aliases } = await data('POST', 'identity/entity', ANN)
  t.same([name, aliases], ['ann', null])
  const shown = await data('GET', `identity/entity/id/${id}`)
  t.match(shown, { ...ANN, id, disabled: false, creation_time: '2024-01-01T00:00:00Z', aliases: [] })
  t.same(await data('GET', 'identity/entity/name/ann'), shown)
})

t.test('POST entity, entity/id/:id and entity/name/:name update without a word, and keep what is left out', async (t) => {
  const { data, verdict } = vault(t)
  const { id } = await data('POST', 'identity/entity', ANN)
  t.equal(await verdict('POST', 'identity/entity', { id, metadata: { team: 'b' } }), '204')
  t.equal(await verdict('POST', `identity/entity/id/${id}`, { disabled: true }), '204')
  t.equal(await verdict('POST', 'identity/entity/name/ann', { policies: 'writer' }), '204')
  t.match(await data('GET', `identity/entity/id/${id}`), {
    name: 'ann', metadata: { team: 'b' }, disabled: true, policies: ['writer']
  })
})

t.test('POST entity refuses an unknown id, and a name in use', async (t) => {
  const { data, verdict } = vault(t)
  await data('POST', 'identity/entity', ANN)
  const { id } = await data('POST', 'identity/entity', { name: 'bob' })
  t.equal(await verdict('POST', 'identity/entity', { id: 'none' }), '400 entity not found from id')
  t.equal(await verdict('POST', `identity/entity/id/${id}`, { name: 'ann' }), '400 entity name is already in use')
})

t.test('LIST entity/id and entity/name list them, or are a 404', async (t) => {
  const { data, verdict } = vault(t)
  t.equal(await verdict('LIST', 'identity/entity/id'), '404')
  const { id } = await data('POST', 'identity/entity', ANN)
  t.same(await data('LIST', 'identity/entity/id'), { keys: [id] })
  t.same(await data('LIST', 'identity/entity/name'), { keys: ['ann'] })
})

t.test('DELETE entity/id/:id and entity/name/:name forget one', async (t) => {
  const { data, verdict } = vault(t)
  const { id } = await data('POST', 'identity/entity', ANN)
  t.equal(await verdict('DELETE', 'identity/entity/name/ann'), '204')
  t.equal(await verdict('GET', `identity/entity/id/${id}`), '404')
  t.equal(await verdict('DELETE', `identity/entity/id/${id}`), '204')
})

t.test("an entity's policies are its tokens', too", async (t) => {
  const { send, data, verdict } = vault(t)
  await send('PUT', 'sys/policies/acl/reader', { policy: 'path "sys/mounts" { capabilities = ["read"] }' })
  await send('POST', 'sys/auth/userpass', { type: 'userpass' })
  await send('POST', 'auth/userpass/users/ann', { password: 'pw' })
  const { auth } = (await send('POST', 'auth/userpass/login/ann', { password: 'pw' })).body
  await send('POST', `identity/entity/id/${auth.entity_id}`, { policies: ['reader'] })
  const asAnn = { 'x-vault-token': auth.client_token }
  t.equal(await verdict('GET', 'sys/mounts', undefined, asAnn), '200')
  t.match(await data('GET', 'auth/token/lookup-self', undefined, asAnn), { identity_policies: ['reader'] })
})

t.test('policies can name the entity of the token', async (t) => {
  const { send, verdict } = vault(t)
  const policy = 'path "secret/data/{{identity.entity.metadata.team}}/*" { capabilities = ["create", "read"] }'
  await send('PUT', 'sys/policies/acl/own', { policy })
  await send('POST', 'sys/auth/userpass', { type: 'userpass' })
  await send('POST', 'auth/userpass/users/ann', { password: 'pw', token_policies: 'own' })
  const { auth } = (await send('POST', 'auth/userpass/login/ann', { password: 'pw' })).body
  await send('POST', `identity/entity/id/${auth.entity_id}`, { metadata: { team: 'a' } })
  const asAnn = { 'x-vault-token': auth.client_token }
  t.equal(await verdict('POST', 'secret/data/a/x', { data: {} }, asAnn), '200')
  t.match(await verdict('POST', 'secret/data/b/x', { data: {} }, asAnn), /^403 /)
})

t.test('policies can name an alias of the entity', async (t) => {
  const { send, data, verdict } = vault(t)
  await send('POST', 'sys/auth/userpass', { type: 'userpass' })
  const { accessor } = await data('GET', 'sys/auth/userpass')
  const policy = `path "secret/data/{{identity.entity.aliases.${accessor}.name}}" { capabilities = ["create"] }`
  await send('PUT', 'sys/policies/acl/own', { policy })
  await send('POST', 'auth/userpass/users/ann', { password: 'pw', token_policies: 'own' })
  const { auth } = (await send('POST', 'auth/userpass/login/ann', { password: 'pw' })).body
  const asAnn = { 'x-vault-token': auth.client_token }
  t.equal(await verdict('POST', 'secret/data/ann', { data: {} }, asAnn), '200')
  t.match(await verdict('POST', 'secret/data/bob', { data: {} }, asAnn), /^403 /)
})
