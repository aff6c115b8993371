// O4: @litehex/node-vault 1.1.4, which checks every answer with zod, and hashi-vault-js 0.5.1.
import { Client } from '@litehex/node-vault'
import HashiVault from 'hashi-vault-js'
import { equal, ok, rejects, run, until } from './checks.js'
import { servers } from './server.js'

const { main, fresh } = servers()
const strict = new Client({ endpoint: main.url, token: main.token })

/** The answer of a strict call; a schema that does not fit comes back as an error. */
async function strictly (name, promise) {
  const { data, error } = await promise
  ok(error === undefined || error === null, `${name}: fits the zod schema`, error && `${error.message} ${JSON.stringify(error.cause ?? '')}`)
  return data ?? {}
}

async function litehexStatus () {
  const health = await strictly('health', strict.health())
  equal([health.initialized, health.sealed, health.standby], [true, false, false], 'health')
  const seal = await strictly('seal-status', strict.sealStatus())
  equal([seal.type, seal.sealed, seal.t, seal.n, seal.storage_type], ['shamir', false, 1, 1, 'raft'], 'seal-status')
  equal((await strictly('init status', strict.initialized())).initialized, true, 'init status')
}

async function litehexInit () {
  const client = new Client({ endpoint: fresh.url })
  const { keys, keys_base64: base64, root_token: token } = await strictly('init', client.init({ secret_shares: 3, secret_threshold: 2 }))
  equal([keys?.length, base64?.length, typeof token], [3, 3, 'string'], 'init: keys in both forms, a token')
  equal((await strictly('unseal, first key', client.unseal({ key: keys[0] }))).progress, 1, 'unseal: 1 of 2')
  equal((await strictly('unseal, second key', client.unseal({ key: base64[2] }))).sealed, false, 'unseal: hex and base64 together')
  await until(async () => (await client.health()).data?.standby === false, 'the node becomes active')
  client.token = token
  await strictly('seal', client.seal())
  equal((await strictly('seal-status, sealed', client.sealStatus())).sealed, true, 'seal')
}

async function litehexGeneric () {
  const path = 'sys/storage/raft/snapshot-auto/config/daily'
  const config = { interval: '1d', storage_type: 'local', local_max_space: '100000', path_prefix: '/tmp/vault-mock-never-written' }
  await strictly('write', strict.write({ path, data: config }))
  const { data } = await strictly('read', strict.read({ path }))
  equal([data?.interval, data?.local_max_space], [86400, 100000], 'read: numbers as numbers')
  equal((await strictly('list', strict.list({ path: 'sys/storage/raft/snapshot-auto/config' }))).data?.keys, ['daily'], 'list')
  await strictly('delete', strict.delete({ path }))
  const { error } = await strict.read({ path: 'sys/storage/raft/nowhere' })
  ok(/unsupported path/.test(error?.message), 'an unknown path: the server\'s text', error?.message)
}

async function hashiVaultJs () {
  const vault = new HashiVault({ baseUrl: `${main.url}/v1`, rootPath: 'secret', timeout: 5000 })
  const health = await vault.healthCheck({ standbyok: true })
  equal([health.initialized, health.sealed], [true, false], 'hashi-vault-js: health, with an empty namespace header')
  equal((await vault.sealStatus()).sealed, false, 'hashi-vault-js: seal-status')
  equal((await vault.lookupSelfToken(main.token)).policies, ['root'], 'hashi-vault-js: lookup-self')
  await vault.sysSeal(main.token)
  equal((await vault.sealStatus()).sealed, true, 'hashi-vault-js: seal')
  equal((await rejects(vault.healthCheck({}), 'hashi-vault-js: health of a sealed node rejects')).response?.status, 503, 'with 503')
  equal((await vault.sysUnseal(main.token, main.unsealKeys[0], false, false)).sealed, false, 'hashi-vault-js: unseal')
}

await run(litehexStatus, litehexInit, litehexGeneric, hashiVaultJs)
