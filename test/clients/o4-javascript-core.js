// O4, beyond status: @litehex/node-vault with its zod schemas on mounts, KV, audit and capabilities; hashi-vault-js on
// KV and logins.
import { Client } from '@litehex/node-vault'
import HashiVault from 'hashi-vault-js'
import { call, equal, ok, run } from './checks.js'
import { servers } from './server.js'

const { main } = servers()
const strict = new Client({ endpoint: main.url, token: main.token })
const hashi = new HashiVault({ baseUrl: `${main.url}/v1`, rootPath: 'secret', timeout: 5000 })

/** The answer of a strict call; a schema that does not fit comes back as an error. */
async function strictly (name, promise) {
  const { data, error } = await promise
  ok(error === undefined || error === null, `${name}: fits the zod schema`, error && `${error.message} ${JSON.stringify(error.cause ?? '')}`)
  return data ?? {}
}

async function mounts () {
  await strictly('mount', strict.mount({ mountPath: 'kv1', type: 'kv', description: 'one', options: { version: '1' } }))
  equal((await strictly('mounts', strict.mounts())).data?.['kv1/']?.options, { version: '1' }, 'mounts: the options')
  equal((await strictly('engineInfo', strict.engineInfo({ mountPath: 'kv1' }))).data?.description, 'one', 'engineInfo: the description')
  await strictly('tuneMount', strict.tuneMount({ mountPath: 'kv1', default_lease_ttl: 1800 }))
  await strictly('tune', strict.tune({ mountPath: 'kv1' }))
  await strictly('kv info', strict.kv.info({ mountPath: 'kv1' }))
  await strictly('kv2 info', strict.kv2.info({ mountPath: 'secret' }))
}

async function keyValueVersion1 () {
  const at = { mountPath: 'kv1', path: 'a' }
  await strictly('kv write', strict.kv.write({ ...at, data: { x: 'y' } }))
  ok('data' in await strictly('kv read', strict.kv.read(at)), 'kv read: data')
  equal((await strictly('kv list', strict.kv.list({ mountPath: 'kv1', path: '' }))).data?.keys, ['a'], 'kv list: the keys')
  await strictly('kv delete', strict.kv.delete(at))
  ok((await strict.kv.read(at)).error !== undefined, 'kv read of what is gone: an error')
  await strictly('unmount', strict.unmount({ mountPath: 'kv1' }))
}

async function keyValueVersion2 () {
  const at = { mountPath: 'secret', path: 'a' }
  equal((await strictly('kv2 write', strict.kv2.write({ ...at, data: { x: 'y' }, options: { cas: 0 } }))).data?.version, 1, 'kv2 write: the version')
  equal((await strictly('kv2 read', strict.kv2.read(at))).data?.data, { x: 'y' }, 'kv2 read: the data')
  await strictly('kv2 subKeys', strict.kv2.subKeys(at))
  await strictly('kv2 deleteLatest', strict.kv2.deleteLatest(at))
  await strictly('kv2 undelete', strict.kv2.undelete({ ...at, versions: [1] }))
  await strictly('kv2 delete', strict.kv2.delete({ ...at, versions: [1] }))
  await strictly('kv2 writeMetadata', strict.kv2.writeMetadata({ ...at, max_versions: 3, custom_metadata: { owner: 'me' } }))
  equal((await strictly('kv2 readMetadata', strict.kv2.readMetadata(at))).data?.custom_metadata, { owner: 'me' }, 'kv2 readMetadata: custom_metadata')
  equal((await strictly('kv2 list', strict.kv2.list({ mountPath: 'secret', path: '' }))).data?.keys, ['a'], 'kv2 list: the keys')
  await strictly('kv2 destroy', strict.kv2.destroy({ ...at, versions: [1] }))
  await strictly('kv2 config', strict.kv2.config({ mountPath: 'secret', max_versions: 5 }))
  equal((await strictly('kv2 readConfig', strict.kv2.readConfig({ mountPath: 'secret' }))).data?.max_versions, 5, 'kv2 readConfig: max_versions')
  await strictly('kv2 deleteMetadata', strict.kv2.deleteMetadata(at))
}

async function auditAndRoot () {
  // its enableDevice sends no body
  await call(main.url, 'sys/audit/file', { method: 'PUT', token: main.token, body: { type: 'file', options: { file_path: 'discard' } } })
  equal((await strictly('listDevices', strict.listDevices())).data?.['file/']?.type, 'file', 'listDevices: the type')
  await strictly('disableDevice', strict.disableDevice({ path: 'file' }))
  await strictly('getRootGenerationProgress', strict.getRootGenerationProgress())
}

async function hashiKeyValue () {
  await hashi.createKVSecret(main.token, 'b', { x: 'y' }, 'secret')
  equal((await hashi.readKVSecret(main.token, 'b', undefined, 'secret')).data, { x: 'y' }, 'hashi-vault-js: createKVSecret, readKVSecret')
  await hashi.updateKVSecret(main.token, 'b', { x: 'z' }, 1, 'secret')
  equal((await hashi.listKVSecrets(main.token, '', 'secret')).keys, ['b'], 'hashi-vault-js: listKVSecrets')
  equal((await hashi.readKVSecretMeta(main.token, 'b', 'secret')).current_version, 2, 'hashi-vault-js: readKVSecretMeta')
  await hashi.deleteVersionsKVSecret(main.token, 'b', [2], 'secret')
  await hashi.undeleteVersionsKVSecret(main.token, 'b', [2], 'secret')
  await hashi.eliminateKVSecret(main.token, 'b', 'secret')
  ok(true, 'hashi-vault-js: delete, undelete and eliminate')
}

async function hashiLogins () {
  for (const type of ['userpass', 'approle']) await call(main.url, `sys/auth/${type}`, { method: 'POST', token: main.token, body: { type } })
  await hashi.createUserpassUser(main.token, 'bob', 'pw', ['default'], 'auth/userpass')
  const { client_token: token } = await hashi.loginWithUserpass('bob', 'pw', 'auth/userpass')
  equal((await hashi.lookupSelfToken(token)).display_name, 'userpass-bob', 'hashi-vault-js: loginWithUserpass')
  await call(main.url, 'auth/approle/role/app', { method: 'POST', token: main.token, body: { policies: 'default' } })
  const { role_id: role } = (await call(main.url, 'auth/approle/role/app/role-id', { token: main.token })).json.data
  const { secret_id: secret } = await hashi.generateAppRoleSecretId(main.token, 'app', undefined, 'auth/approle')
  ok((await hashi.loginWithAppRole(role, secret, 'auth/approle')).client_token, 'hashi-vault-js: loginWithAppRole')
  equal((await hashi.sysCapabilities(main.token, token, ['secret/data/a'])).capabilities, ['deny'], 'hashi-vault-js: sysCapabilities')
}

await run(mounts, keyValueVersion1, keyValueVersion2, auditAndRoot, hashiKeyValue, hashiLogins)
