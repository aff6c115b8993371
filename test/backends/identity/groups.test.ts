// identity/group: internal groups, nested ones, what they add to tokens, what becomes of them
import t, { type Test } from 'tap'
import fc from 'fast-check'
import type { ServerOptions } from '../../../src/index.js'
import { DENIED, NEW_YEAR, oneError, vault, type Vault } from '../../vault-server.js'

interface Members {
  readonly ann: string
  readonly bob: string
  /** logs ann in */
  readonly login: () => Promise<any>
}

/** Entities ann and bob; ann can log in, and her own policy is `own`. */
async function withMembers (t: Test, options: ServerOptions = {}): Promise<Vault & Members> {
  const server = vault(t, { ...NEW_YEAR, ...options })
  const { send, data } = server
  await send('POST', 'sys/auth/userpass', { type: 'userpass' })
  await send('POST', 'auth/userpass/users/ann', { password: 'pw', token_policies: 'own' })
  const { accessor } = await data('GET', 'sys/auth/userpass')
  const { id: ann } = await data('POST', 'identity/entity', { name: 'ann' })
  const { id: bob } = await data('POST', 'identity/entity', { name: 'bob' })
  await send('POST', 'identity/entity-alias', { name: 'ann', canonical_id: ann, mount_accessor: accessor })
  const login = async (): Promise<any> => (await send('POST', 'auth/userpass/login/ann', { password: 'pw' })).body.auth
  return { ...server, ann, bob, login }
}

t.test('POST group creates one and answers with its id; GET shows it by id and, without case, by name', async (t) => {
  const { data, ann } = await withMembers(t)
  const { id, name } = await data('POST', 'identity/group', {
    name: 'Devs', policies: 'b,a,b', member_entity_ids: [ann], metadata: { floor: '2' }
  })
  t.equal(name, 'Devs')
  t.same(await data('GET', `identity/group/id/${id}`), {
    alias: {},
    creation_time: '2024-01-01T00:00:00Z',
    id,
    last_update_time: '2024-01-01T00:00:00Z',
    member_entity_ids: [ann],
    member_group_ids: null,
    metadata: { floor: '2' },
    modify_index: 1,
    name: 'Devs',
    namespace_id: 'root',
    parent_group_ids: null,
    policies: ['a', 'b'],
    type: 'internal'
  })
  t.equal((await data('GET', 'identity/group/name/devs')).id, id)
})

t.test('POST group by id or name updates without a word, keeps what is left out, and counts', async (t) => {
  const { data, verdict, ann, advance } = await withMembers(t)
  const { id } = await data('POST', 'identity/group', { name: 'devs', policies: 'devs', member_entity_ids: ann })
  advance(60_000)
  t.equal(await verdict('POST', 'identity/group', { name: 'devs', metadata: { a: 'b' } }), '204')
  t.equal(await verdict('POST', `identity/group/id/${id}`, { name: 'developers' }), '204')
  t.equal(await verdict('POST', 'identity/group/name/developers', { member_entity_ids: [] }), '204')
  t.equal(await verdict('GET', 'identity/group/name/devs'), '404')
  t.match(await data('GET', `identity/group/id/${id}`), {
    name: 'developers',
    policies: ['devs'],
    metadata: { a: 'b' },
    member_entity_ids: [],
    modify_index: 4,
    last_update_time: '2024-01-01T00:01:00Z'
  })
})

t.test('POST group names an unnamed group, and leaves out what nobody set', async (t) => {
  const { data } = await withMembers(t)
  const { id, name } = await data('POST', 'identity/group', {})
  t.match(name, /^group_[0-9a-f]{8}$/)
  t.match(await data('GET', `identity/group/id/${id}`), { policies: null, metadata: null, member_entity_ids: null })
})

t.test('POST group says what is wrong, and changes nothing', async (t) => {
  const { data, verdict, ann } = await withMembers(t)
  const { id } = await data('POST', 'identity/group', { name: 'devs', member_entity_ids: [ann] })
  const { id: all } = await data('POST', 'identity/group', { name: 'all', member_group_ids: [id] })
  await data('POST', 'identity/group', { name: 'out', type: 'external' })
  const shown = await data('GET', `identity/group/id/${id}`)
  const refused: readonly (readonly [object, string])[] = [
    [{ name: 'x', policies: 'root' }, '400 policies cannot contain root'],
    [{ name: 'x', type: 'magic' }, '400 invalid group type "magic"'],
    [{ name: 'out', type: 'internal' }, '400 group type cannot be changed'],
    [{ id, name: 'ALL' }, '400 group name is already in use'],
    [{ id: 'none', name: 'x' }, '400 invalid group ID'],
    [{ id: '' }, '400 empty group ID'],
    [{ name: '' }, '400 empty group name'],
    [{ name: 'out', member_entity_ids: [ann] }, "400 member entities can't be set manually for external groups"],
    [{ name: 'out', member_group_ids: [id] }, "400 member groups can't be set for external groups"],
    [{ name: 'x', member_entity_ids: ['none'] }, `500 ${oneError('invalid entity ID "none"')}`],
    [{ name: 'x', member_group_ids: ['none'] }, `500 ${oneError('invalid member group ID "none"')}`],
    [{ id, member_group_ids: [id] }, `500 ${oneError(`member group ID "${id}" is same as the ID of the group`)}`],
    [{ id, member_group_ids: [all] }, `400 cyclic relationship detected for member group ID "${all}"`]
  ]
  for (const [body, text] of refused) t.equal(await verdict('POST', 'identity/group', body), text)
  t.same(await data('GET', `identity/group/id/${id}`), shown)
  t.equal(await verdict('GET', 'identity/group/name/x'), '404')
})

t.test('LIST group/id and group/name list them with what is in them, or are a 404', async (t) => {
  const { data, verdict, ann } = await withMembers(t)
  t.equal(await verdict('LIST', 'identity/group/id'), '404')
  const { id } = await data('POST', 'identity/group', { name: 'devs', member_entity_ids: [ann] })
  const info = { [id]: { name: 'devs', num_member_entities: 1, num_parent_groups: 0 } }
  t.same(await data('LIST', 'identity/group/id'), { keys: [id], key_info: info })
  t.same(await data('LIST', 'identity/group/name'), { keys: ['devs'], key_info: info })
})

t.test("a group's policies are its members' through any depth, also of older tokens, at once", async (t) => {
  const { send, data, verdict, login, ann } = await withMembers(t)
  await send('PUT', 'sys/policies/acl/mounts', { policy: 'path "sys/mounts" { capabilities = ["read"] }' })
  const asAnn = { 'x-vault-token': (await login()).client_token }
  t.equal(await verdict('GET', 'sys/mounts', undefined, asAnn), DENIED)
  const { id: inner } = await data('POST', 'identity/group', { name: 'inner', policies: 'zz', member_entity_ids: [ann] })
  const { id: middle } = await data('POST', 'identity/group', { name: 'middle', member_group_ids: [inner] })
  const { id: outer } = await data('POST', 'identity/group', { name: 'outer', policies: 'mounts', member_group_ids: [middle] })
  t.equal(await verdict('GET', 'sys/mounts', undefined, asAnn), '200')
  t.match(await data('GET', 'auth/token/lookup-self', undefined, asAnn), { policies: ['default', 'own'], identity_policies: ['mounts', 'zz'] })
  t.match(await login(), {
    token_policies: ['default', 'own'], identity_policies: ['mounts', 'zz'], policies: ['default', 'mounts', 'own', 'zz']
  })
  const entity = await data('GET', 'identity/entity/name/ann')
  t.same(entity.direct_group_ids, [inner])
  t.same(new Set(entity.inherited_group_ids), new Set([middle, outer]))
  t.same(entity.group_ids, [...entity.direct_group_ids, ...entity.inherited_group_ids])
  await send('POST', `identity/group/id/${outer}`, { member_group_ids: [] })
  t.equal(await verdict('GET', 'sys/mounts', undefined, asAnn), DENIED)
  t.match(await data('GET', `identity/group/id/${middle}`), { parent_group_ids: [], modify_index: 3 })
})

t.test('resultant ACL, capabilities and batch tokens know the policies of groups', async (t) => {
  const { send, data, verdict, login, ann } = await withMembers(t)
  await send('PUT', 'sys/policies/acl/mounts', { policy: 'path "sys/mounts" { capabilities = ["read"] }' })
  await send('POST', 'auth/userpass/users/ann', { token_type: 'batch' })
  const asAnn = { 'x-vault-token': (await login()).client_token }
  await send('POST', 'identity/group', { name: 'devs', policies: 'mounts', member_entity_ids: [ann] })
  t.equal(await verdict('GET', 'sys/mounts', undefined, asAnn), '200')
  t.same((await data('POST', 'sys/capabilities-self', { paths: ['sys/mounts'] }, asAnn))['sys/mounts'], ['read'])
  const { exact_paths: exact } = await data('GET', 'sys/internal/ui/resultant-acl', undefined, asAnn)
  t.match(exact, { 'sys/mounts': { capabilities: ['read'] } })
})

t.test('policies can name the groups of the entity, by id and by name', async (t) => {
  const { send, data, verdict, login, ann } = await withMembers(t)
  const { id } = await data('POST', 'identity/group', { name: 'devs', metadata: { area: 'blue' }, member_entity_ids: [ann] })
  await data('POST', 'identity/group', { name: 'all', member_group_ids: [id] })
  const paths = [`ids.${id}.name`, 'names.devs.metadata.area', 'names.all.name', 'names.others.name', 'names.devs.metadata.x']
  const policy = paths.map((path) => `path "secret/data/{{identity.groups.${path}}}" { capabilities = ["create"] }`).join('\n')
  await send('PUT', 'sys/policies/acl/own', { policy })
  const asAnn = { 'x-vault-token': (await login()).client_token }
  const writes = async (path: string): Promise<string> => await verdict('POST', `secret/data/${path}`, { data: {} }, asAnn)
  for (const path of ['devs', 'blue', 'all']) t.equal(await writes(path), '200', path)
  t.equal(await writes('others'), DENIED)
  await send('POST', `identity/group/id/${id}`, { metadata: { area: 'green' } })
  t.equal(await writes('blue'), DENIED)
  t.equal(await writes('green'), '200')
})

t.test('DELETE group takes its policies away; the groups in it still name it as their parent', async (t) => {
  const { data, verdict, ann } = await withMembers(t)
  const { id } = await data('POST', 'identity/group', { name: 'devs', policies: 'devs', member_entity_ids: [ann] })
  const { id: all } = await data('POST', 'identity/group', { name: 'all', policies: 'all', member_group_ids: [id] })
  t.equal(await verdict('DELETE', `identity/group/id/${all}`), '204')
  t.match(await data('GET', `identity/group/id/${id}`), { parent_group_ids: [all] })
  t.same((await data('GET', 'identity/entity/name/ann')).group_ids, [id])
  t.equal(await verdict('DELETE', 'identity/group/name/devs'), '204')
  t.equal(await verdict('DELETE', 'identity/group/name/devs'), '204')
  t.equal(await verdict('GET', 'identity/group/name/devs'), '404')
  t.same((await data('GET', 'identity/entity/name/ann')).group_ids, [])
})

t.test('a deleted entity leaves its groups, one that was merged hands them on', async (t) => {
  const { data, verdict, ann, bob } = await withMembers(t)
  const { id } = await data('POST', 'identity/group', { name: 'devs', member_entity_ids: [bob] })
  t.equal(await verdict('POST', 'identity/entity/merge', { from_entity_ids: [bob], to_entity_id: ann }), '204')
  t.match(await data('GET', `identity/group/id/${id}`), { member_entity_ids: [ann], modify_index: 3 })
  t.equal(await verdict('DELETE', `identity/entity/id/${ann}`), '204')
  t.match(await data('GET', `identity/group/id/${id}`), { member_entity_ids: [], modify_index: 4 })
})

t.test('POST lookup/group finds one by id, name or alias, or says nothing', async (t) => {
  const { data, verdict } = await withMembers(t)
  const { accessor } = await data('GET', 'sys/auth/userpass')
  const { id } = await data('POST', 'identity/group', { name: 'out', type: 'external' })
  const { id: alias } = await data('POST', 'identity/group-alias', { name: 'o', mount_accessor: accessor, canonical_id: id })
  const byAlias = { alias_name: 'o', alias_mount_accessor: accessor }
  for (const body of [{ id }, { name: 'out' }, { alias_id: alias }, byAlias]) {
    t.equal((await data('POST', 'identity/lookup/group', body)).id, id)
  }
  t.equal(await verdict('POST', 'identity/lookup/group', { name: 'none' }), '204')
  t.equal(await verdict('POST', 'identity/lookup/group', {}), '400 query parameter not supplied')
})

t.test('whatever is nested how, nobody is in himself, and members and parents tell the same', async (t) => {
  const { send, data } = vault(t)
  const ids: string[] = []
  for (let i = 0; i < 5; i++) ids.push((await data('POST', 'identity/group', { name: `g${i}` })).id)
  const one = fc.nat(4)
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(one, fc.uniqueArray(one)), { maxLength: 12 }), async (writes) => {
    for (const [group, members] of writes) {
      await send('POST', `identity/group/id/${ids[group]}`, { member_group_ids: members.map((each) => ids[each]) })
    }
    const groups = new Map<string, any>()
    for (const id of ids) groups.set(id, await data('GET', `identity/group/id/${id}`))
    const isAbove = (id: string, sought: string): boolean => (groups.get(id).parent_group_ids ?? [])
      .some((parent: string) => parent === sought || isAbove(parent, sought))
    return ids.every((id) => !isAbove(id, id) && (groups.get(id).member_group_ids ?? [])
      .every((member: string) => groups.get(member).parent_group_ids.includes(id)))
  }), { numRuns: 25, seed: 1 })
})
