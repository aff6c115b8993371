// identity: entities, aliases, lookup
import t, { type Test } from 'tap'
import type { ServerOptions } from '../../../src/index.js'
import { NEW_YEAR, UNSUPPORTED_PATH, vault, type Vault } from '../../vault-server.js'

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
  t.same(await data('LIST', 'identity/entity/id'), { keys: [id], key_info: { [id]: { name: 'ann' } } })
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

/** Entities ann and bob, userpass, and how to make an alias on it. */
async function withUserpass (t: Test, options: ServerOptions = {}): Promise<Vault & Aliased> {
  const server = vault(t, { ...NEW_YEAR, ...options })
  const { data } = server
  await server.send('POST', 'sys/auth/userpass', { type: 'userpass' })
  const { accessor } = await data('GET', 'sys/auth/userpass')
  const [ann, bob] = [await data('POST', 'identity/entity', ANN), await data('POST', 'identity/entity', { name: 'bob' })]
  const alias = { name: 'ann', canonical_id: ann.id, mount_accessor: accessor }
  return { ...server, accessor, ann: ann.id, bob: bob.id, alias }
}

interface Aliased {
  readonly accessor: string
  readonly ann: string
  readonly bob: string
  /** what makes an alias of ann's */
  readonly alias: object
}

t.test('POST entity-alias ties a name of a mount to an entity, which who logs in then is', async (t) => {
  const { send, data, ann, alias, accessor } = await withUserpass(t)
  const made = await data('POST', 'identity/entity-alias', { ...alias, custom_metadata: { k: 'v' } })
  t.same(made, { canonical_id: ann, id: made.id })
  t.match(await data('GET', `identity/entity-alias/id/${made.id}`), {
    canonical_id: ann,
    name: 'ann',
    mount_accessor: accessor,
    mount_path: 'auth/userpass/',
    custom_metadata: { k: 'v' },
    namespace_id: 'root'
  })
  await send('POST', 'auth/userpass/users/ann', { password: 'pw' })
  const { auth } = (await send('POST', 'auth/userpass/login/ann', { password: 'pw' })).body
  t.equal(auth.entity_id, ann)
})

t.test('POST entity-alias again changes it, by its id or its name, and gives it to another entity', async (t) => {
  const { data, ann, bob, alias } = await withUserpass(t)
  const { id } = await data('POST', 'identity/entity-alias', alias)
  t.same(await data('POST', 'identity/entity-alias', alias), { canonical_id: ann, id })
  await data('POST', `identity/entity-alias/id/${id}`, { name: 'annie' })
  t.match(await data('GET', `identity/persona/id/${id}`), { name: 'annie', canonical_id: ann })
  t.same(await data('POST', 'identity/entity-alias', { id, canonical_id: bob }), { canonical_id: bob, id })
  t.same((await data('GET', `identity/entity/id/${ann}`)).aliases, [])
  t.match((await data('GET', `identity/entity/id/${bob}`)).aliases, [{ id, name: 'annie' }])
})

t.test('POST entity-alias says what is wrong', async (t) => {
  const { data, verdict, alias } = await withUserpass(t)
  await data('POST', 'identity/entity-alias', alias)
  const refused: readonly (readonly [object, string])[] = [
    [{ name: 'x' }, "'id' or 'mount_accessor' and 'name' must be provided"],
    [{ ...alias, name: 'y', mount_accessor: 'none' }, 'invalid mount accessor "none"'],
    [{ ...alias, name: 'y', canonical_id: 'none' }, 'invalid canonical ID'],
    [{ ...alias, name: 'y' }, 'Alias already exists for requested entity and mount accessor']
  ]
  for (const [body, text] of refused) t.equal(await verdict('POST', 'identity/entity-alias', body), `400 ${text}`)
  t.equal(await verdict('GET', 'identity/entity-alias/id/none'), '404')
})

t.test('LIST entity-alias/id tells of each alias; entities are listed with theirs', async (t) => {
  const { data, verdict, ann, accessor, alias } = await withUserpass(t)
  t.equal(await verdict('LIST', 'identity/entity-alias/id'), '404')
  const { id } = await data('POST', 'identity/entity-alias', alias)
  const mount = { mount_accessor: accessor, mount_path: 'auth/userpass/', mount_type: 'userpass', name: 'ann' }
  const info = { canonical_id: ann, custom_metadata: {}, local: false, ...mount }
  t.same(await data('LIST', 'identity/entity-alias/id'), { keys: [id], key_info: { [id]: info } })
  t.same((await data('LIST', 'identity/entity/id')).key_info[ann], { name: 'ann', aliases: [{ id, ...mount }] })
  t.equal(await verdict('DELETE', `identity/entity-alias/id/${id}`), '204')
  t.equal(await verdict('LIST', 'identity/entity-alias/id'), '404')
})

t.test("OpenBao lists an alias's metadata, and names unnamed entities after their namespace", async (t) => {
  const { data, alias } = await withUserpass(t, { profile: 'openbao-2.5' })
  const { id } = await data('POST', 'identity/entity-alias', alias)
  t.equal((await data('LIST', 'identity/entity-alias/id')).key_info[id].metadata, null)
  t.match((await data('POST', 'identity/entity', {})).name, /^entity_[0-9a-f]{8}\.root$/)
})

t.test('POST lookup/entity finds one by id, name or alias, or says nothing', async (t) => {
  const { data, verdict, ann, accessor, alias } = await withUserpass(t)
  const { id } = await data('POST', 'identity/entity-alias', alias)
  const byAlias = { alias_name: 'ann', alias_mount_accessor: accessor }
  for (const body of [{ id: ann }, { name: 'ann' }, { alias_id: id }, byAlias]) {
    t.equal((await data('POST', 'identity/lookup/entity', body)).id, ann)
  }
  t.equal(await verdict('POST', 'identity/lookup/entity', { name: 'none' }), '204')
  const refused: readonly (readonly [object, string])[] = [
    [{}, 'query parameter not supplied'],
    [{ name: 'ann', id: ann }, 'query parameter conflict; please supply distinct set of query parameters'],
    [{ alias_name: 'ann' }, "both 'alias_name' and 'alias_mount_accessor' needs to be set"]
  ]
  for (const [body, text] of refused) t.equal(await verdict('POST', 'identity/lookup/entity', body), `400 ${text}`)
})

t.test('POST entity/merge moves aliases, not policies; tokens of who went are those of who stays', async (t) => {
  const { send, data, verdict, ann, bob, alias } = await withUserpass(t)
  await send('POST', 'auth/userpass/users/ann', { password: 'pw' })
  await data('POST', 'identity/entity-alias', { ...alias, canonical_id: bob })
  const { auth } = (await send('POST', 'auth/userpass/login/ann', { password: 'pw' })).body
  const merge = (from: string, to: string): Promise<string> =>
    verdict('POST', 'identity/entity/merge', { from_entity_ids: [from], to_entity_id: to })
  t.equal(await merge(ann, 'none'), '400 entity id to merge to is invalid')
  t.equal(await merge('none', ann), '400 entity id to merge from is invalid')
  t.equal(await merge(ann, ann), '400 to_entity_id should not be present in from_entity_ids')
  t.equal(await merge(bob, ann), '204')
  t.equal(await verdict('GET', `identity/entity/id/${bob}`), '404')
  t.match(await data('GET', `identity/entity/id/${ann}`), {
    merged_entity_ids: [bob], aliases: [{ name: 'ann', merged_from_canonical_ids: [bob], custom_metadata: null }]
  })
  const asAnn = { 'x-vault-token': auth.client_token }
  t.match(await data('GET', 'auth/token/lookup-self', undefined, asAnn), {
    identity_policies: ['reader'], external_namespace_policies: {}
  })
})

t.test('POST entity/merge refuses where both are known to one mount, until it is told what to keep', async (t) => {
  const { send, data, verdict, ann, bob, alias, accessor } = await withUserpass(t)
  const { id: ours } = await data('POST', 'identity/entity-alias', alias)
  const { id: theirs } = await data('POST', 'identity/entity-alias', { ...alias, name: 'bob', canonical_id: bob })
  await send('POST', `identity/entity/id/${bob}`, { policies: 'writer' })
  const merge = { from_entity_ids: [bob], to_entity_id: ann, force: true }
  const { status, text } = await send('POST', 'identity/entity/merge', merge)
  t.equal(status, 400)
  const clash = [
    `mountAccessor: ${accessor}`,
    `toEntity ID: ${ann}`,
    `fromEntity ID: ${bob}`,
    `conflicting toEntity alias ID: ${ours}`,
    `conflicting fromEntity alias ID: ${theirs}`
  ].join(', ')
  const { errors, data: involved } = JSON.parse(text)
  t.same(errors, [
    '2 errors occurred:\n\t* toEntity and at least one fromEntity have aliases with the same mount accessor, ' +
    `repeat the merge request specifying exactly one fromEntity, clashes: \n\t* ${clash}\n\n`
  ])
  const mount = { mount: 'userpass', mount_path: 'auth/userpass/' }
  t.same(involved, [
    { entity: 'ann', entity_id: ann, alias: 'ann', ...mount }, { entity: 'bob', entity_id: bob, alias: 'bob', ...mount }
  ])
  const mergeKeeping = (...kept: string[]): Promise<string> =>
    verdict('POST', 'identity/entity/merge', { ...merge, conflicting_alias_ids_to_keep: kept })
  t.equal(await mergeKeeping('none'),
    '400 conflicting mount accessors in following alias IDs and neither were present in conflicting_alias_ids_to_keep: ' +
    `${theirs}, ${ours}`)
  const two = { ...merge, from_entity_ids: [bob, 'x'], conflicting_alias_ids_to_keep: [ours, theirs] }
  t.equal(await verdict('POST', 'identity/entity/merge', two),
    '400 aliases conflicts cannot be resolved with multiple from entity ids - merge one entity at a time')
  t.equal(await verdict('GET', `identity/entity/id/${bob}`), '200', 'nothing has changed')
  t.equal(await mergeKeeping(theirs), '204')
  const merged = await data('GET', `identity/entity/id/${ann}`)
  t.match(merged, { aliases: [{ id: theirs, name: 'bob' }], policies: ['reader'] })
  t.equal(merged.aliases.length, 1)
})

t.test('POST entity/merge wants one at a time where two of those that go are known to one mount', async (t) => {
  const { data, verdict, ann, bob, alias, accessor } = await withUserpass(t)
  const { id: eve } = await data('POST', 'identity/entity', { name: 'eve' })
  for (const [name, id] of [['ann', ann], ['bob', bob], ['eve', eve]]) {
    await data('POST', 'identity/entity-alias', { ...alias, name, canonical_id: id })
  }
  t.equal(await verdict('POST', 'identity/entity/merge', { from_entity_ids: [bob, eve], to_entity_id: ann }),
    `400 mount accessor ${accessor} found in multiple fromEntities, merge should be done with one fromEntity at a time`)
})

t.test('POST entity/merge and entity/batch-delete name what is missing', async (t) => {
  const { verdict, ann } = await withUserpass(t)
  t.equal(await verdict('POST', 'identity/entity/merge', {}), '400 missing entity id to merge to')
  t.equal(await verdict('POST', 'identity/entity/merge', { to_entity_id: ann }), '400 missing entity ids to merge from')
  t.equal(await verdict('POST', 'identity/entity/batch-delete', {}), '400 missing entity ids to delete')
})

t.test('alias is the older name of entity-alias', async (t) => {
  const { data, alias } = await withUserpass(t)
  const { id } = await data('POST', 'identity/alias', alias)
  t.same((await data('LIST', 'identity/alias/id')).keys, [id])
  t.equal((await data('GET', `identity/alias/id/${id}`)).name, 'ann')
})

t.test('POST entity/batch-delete deletes those that there are, and with them their tokens', async (t) => {
  const { send, verdict, data, ann, bob, alias } = await withUserpass(t)
  await send('POST', 'auth/userpass/users/ann', { password: 'pw' })
  await data('POST', 'identity/entity-alias', alias)
  const { auth } = (await send('POST', 'auth/userpass/login/ann', { password: 'pw' })).body
  t.equal(await verdict('POST', 'identity/entity/batch-delete', { entity_ids: [ann, 'none'] }), '204')
  t.same((await data('LIST', 'identity/entity/id')).keys, [bob])
  const asAnn = { 'x-vault-token': auth.client_token }
  t.equal(await verdict('GET', 'auth/token/lookup-self', undefined, asAnn), '403 permission denied')
})

t.test('POST persona is the older name of POST entity', async (t) => {
  t.match(await vault(t).data('POST', 'identity/persona', { name: 'ann' }), { aliases: null, name: 'ann' })
})

t.test('POST entity refuses the policy root', async (t) => {
  t.equal(await vault(t).verdict('POST', 'identity/entity', { policies: 'root' }), '400 policies cannot contain root')
})

t.test('what is not simulated below identity/ says so by name, and lists of it are empty', async (t) => {
  const { verdict } = vault(t)
  t.match(await verdict('POST', 'identity/mfa/method/okta', {}), /login MFA by okta/)
  t.equal(await verdict('LIST', 'identity/mfa/method/okta'), '404')
  t.equal(await verdict('GET', 'identity/nowhere'), UNSUPPORTED_PATH)
})

t.test('an alias of a mount and an entity that are not there: the mount is looked for first', async (t) => {
  const { verdict } = vault(t)
  t.equal(
    await verdict('POST', 'identity/entity-alias', { name: 'a', mount_accessor: 'nope', canonical_id: 'x' }),
    '400 invalid mount accessor "nope"'
  )
})
