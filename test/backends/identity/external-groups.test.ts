// identity/group-alias, and the memberships that logins bring
import t, { type Test } from 'tap'
import { refreshExternalGroups } from '../../../src/vault/identity-groups.js'
import { NEW_YEAR, vault, type Vault } from '../../vault-server.js'

interface External {
  readonly accessor: string
  /** the external group of the mount's `devs` */
  readonly devs: string
  readonly ann: string
  /** what a login does that says of ann to be in these groups */
  readonly refresh: (...groupAliasNames: string[]) => void
}

async function withExternal (t: Test): Promise<Vault & External> {
  const server = vault(t, NEW_YEAR)
  const { send, data } = server
  await send('POST', 'sys/auth/userpass', { type: 'userpass' })
  const { accessor } = await data('GET', 'sys/auth/userpass')
  const { id: devs } = await data('POST', 'identity/group', { name: 'devs', type: 'external', policies: 'devs' })
  await send('POST', 'identity/group-alias', { name: 'cn=devs', mount_accessor: accessor, canonical_id: devs })
  const { id: ann } = await data('POST', 'identity/entity', { name: 'ann' })
  const [cluster] = server.server.world.clusters.values()
  const refresh = (...groupAliasNames: string[]): void => {
    if (cluster === undefined) throw new Error('a world without a cluster')
    refreshExternalGroups(cluster.storage, ann, { groupAliasNames, mountAccessor: accessor })
  }
  return { ...server, accessor, devs, ann, refresh }
}

t.test('POST group-alias ties a name of a mount to an external group; GET shows it, alone and on the group', async (t) => {
  const { data, accessor, devs } = await withExternal(t)
  const { alias } = await data('GET', `identity/group/id/${devs}`)
  const shown = {
    canonical_id: devs,
    creation_time: '2024-01-01T00:00:00Z',
    id: alias.id,
    last_update_time: '2024-01-01T00:00:00Z',
    merged_from_canonical_ids: null,
    metadata: null,
    mount_accessor: accessor,
    mount_path: 'auth/userpass/',
    mount_type: 'userpass',
    name: 'cn=devs'
  }
  t.same(alias, shown)
  t.same(await data('GET', `identity/group-alias/id/${alias.id}`), {
    ...shown, custom_metadata: null, local: false, namespace_id: 'root'
  })
  const mount = { mount_accessor: accessor, mount_path: 'auth/userpass/', mount_type: 'userpass' }
  t.same((await data('LIST', 'identity/group/id')).key_info[devs].alias, { id: alias.id, name: 'cn=devs', ...mount })
})

t.test('POST group-alias without a group makes an external one', async (t) => {
  const { data, accessor } = await withExternal(t)
  const { canonical_id: id } = await data('POST', 'identity/group-alias', { name: 'cn=ops', mount_accessor: accessor })
  t.match(await data('GET', `identity/group/id/${id}`), { type: 'external', policies: null, alias: { name: 'cn=ops' } })
})

t.test('POST group-alias by its id renames it and moves it; what changes nothing answers nothing', async (t) => {
  const { data, verdict, accessor, devs } = await withExternal(t)
  const { alias: { id } } = await data('GET', `identity/group/id/${devs}`)
  const same = { name: 'cn=devs', mount_accessor: accessor }
  t.equal(await verdict('POST', `identity/group-alias/id/${id}`, same), '204')
  t.same(await data('POST', `identity/group-alias/id/${id}`, { ...same, name: 'cn=dev' }), { canonical_id: devs, id })
  const { id: other } = await data('POST', 'identity/group', { name: 'other', type: 'external' })
  t.same(await data('POST', 'identity/group-alias', { ...same, id, canonical_id: other }), { canonical_id: other, id })
  t.same((await data('GET', `identity/group/id/${devs}`)).alias, {})
  t.match((await data('GET', `identity/group/id/${other}`)).alias, { id, name: 'cn=devs' })
})

t.test('POST group-alias says what is wrong', async (t) => {
  const { data, verdict, accessor } = await withExternal(t)
  const { id: internal } = await data('POST', 'identity/group', { name: 'internal' })
  const alias = { name: 'x', mount_accessor: accessor }
  const refused: readonly (readonly [object, string])[] = [
    [{ mount_accessor: accessor }, 'missing alias name'],
    [{ name: 'x' }, 'missing mount_accessor'],
    [{ ...alias, canonical_id: 'none' }, "invalid group ID given in 'canonical_id'"],
    [{ ...alias, canonical_id: internal }, "alias can't be set on an internal group"],
    [{ ...alias, mount_accessor: 'none' }, 'invalid mount accessor "none"'],
    [{ ...alias, name: 'CN=DEVS' }, 'combination of mount and group alias name is already in use'],
    [{ ...alias, id: 'none' }, 'invalid group alias ID']
  ]
  for (const [body, text] of refused) t.equal(await verdict('POST', 'identity/group-alias', body), `400 ${text}`)
})

t.test('LIST and DELETE group-alias/id', async (t) => {
  const { data, verdict, devs } = await withExternal(t)
  const { keys: [id], key_info: info } = await data('LIST', 'identity/group-alias/id')
  t.match(info[id], { canonical_id: devs, custom_metadata: null, local: false, name: 'cn=devs', mount_type: 'userpass' })
  t.equal(await verdict('DELETE', `identity/group-alias/id/${id}`), '204')
  t.equal(await verdict('DELETE', `identity/group-alias/id/${id}`), '204')
  t.equal(await verdict('LIST', 'identity/group-alias/id'), '404')
  t.match(await data('GET', `identity/group/id/${devs}`), { alias: {}, modify_index: 3 })
})

t.test('a login joins the groups it names and leaves those of its mount that it does not name', async (t) => {
  const { send, data, devs, ann, refresh } = await withExternal(t)
  const members = async (): Promise<string[]> => (await data('GET', `identity/group/id/${devs}`)).member_entity_ids
  refresh('cn=unknown', 'CN=Devs')
  t.same(await members(), [ann])
  refresh('cn=devs')
  t.equal((await data('GET', `identity/group/id/${devs}`)).modify_index, 3, 'nothing new is not written')
  await send('POST', 'sys/auth/other', { type: 'userpass' })
  const { accessor } = await data('GET', 'sys/auth/other')
  const { id: far } = await data('POST', 'identity/group', { name: 'far', type: 'external' })
  await send('POST', 'identity/group-alias', { name: 'far', mount_accessor: accessor, canonical_id: far })
  const { id: near } = await data('POST', 'identity/group', { name: 'near', member_entity_ids: [ann] })
  refresh('far')
  t.same(await members(), [])
  t.same((await data('GET', 'identity/entity/name/ann')).group_ids, [near], 'internal groups stay; another mount has its own names')
})

t.test('a real login without groups leaves the external ones of its mount', async (t) => {
  const { send, data, devs, ann, accessor, refresh } = await withExternal(t)
  await send('POST', 'auth/userpass/users/ann', { password: 'pw' })
  await send('POST', 'identity/entity-alias', { name: 'ann', canonical_id: ann, mount_accessor: accessor })
  refresh('cn=devs')
  const { body: { auth } } = await send('POST', 'auth/userpass/login/ann', { password: 'pw' })
  t.equal(auth.entity_id, ann)
  t.equal(auth.identity_policies, undefined)
  t.same((await data('GET', `identity/group/id/${devs}`)).member_entity_ids, [])
})
