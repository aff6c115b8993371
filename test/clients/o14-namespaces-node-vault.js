// O14: node-vault 0.12.0 in namespaces, and curl with the header, with the path, and with both.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import nodeVault from 'node-vault'
import { equal, ok, rejects, run } from './checks.js'
import { servers } from './server.js'

const { main } = servers()
// it goes on with the token that it has made: each step has clients of its own
const within = (namespace, token = main.token) => nodeVault({ endpoint: main.url, token, namespace })
const root = { ...within(''), tokenCreate: async (options) => await within('').tokenCreate(options) }

async function made () {
  equal((await root.write('sys/namespaces/one', { custom_metadata: { team: 'a' } })).data.path, 'one/', 'a namespace by write')
  await within('one').write('sys/namespaces/two', {})
  equal((await root.list('sys/namespaces')).data.keys, ['one/'], 'its list')
  equal((await root.read('sys/namespaces/one')).data.custom_metadata, { team: 'a' }, 'its metadata')
  const wrong = await rejects(root.write('sys/namespaces/a/b', {}), 'two names at once')
  equal(wrong.message, 'path must not contain /', 'two names at once: the text')
}

async function used () {
  const inner = within('one/two')
  await inner.mount({ mount_point: 'kv', type: 'kv', options: { version: '1' } })
  await inner.write('kv/a', { x: 1 })
  equal((await root.read('one/two/kv/a')).data, { x: 1 }, 'the path leads there as well')
  await inner.addPolicy({ name: 'reader', rules: 'path "kv/*" { capabilities = ["read"] }' })
  const { auth } = await within('one/two').tokenCreate({ policies: ['reader'], ttl: '1h' })
  equal((await within('one/two', auth.client_token).read('kv/a')).data, { x: 1 }, 'a token of the namespace')
  const refused = await rejects(within('one', auth.client_token).read('kv/a'), 'in the parent')
  equal(refused.response.statusCode, 403, 'in the parent it may nothing')
  const mounts = await inner.mounts()
  ok(mounts.data['kv/'] !== undefined && mounts.data['secret/'] === undefined, 'mounts', Object.keys(mounts.data))
}

async function policiesFromAbove () {
  const paths = { '+/two/kv/*': ['read'], 'one/sys/mounts': ['read'], '+/+/sys/capabilities-self': ['update'] }
  const rules = Object.entries(paths).map(([path, capabilities]) => [path, { capabilities }])
  await root.addPolicy({ name: 'all-kv', rules: JSON.stringify({ path: Object.fromEntries(rules) }) })
  const { auth } = await root.tokenCreate({ policies: ['all-kv'] })
  equal((await within('one/two', auth.client_token).read('kv/a')).data, { x: 1 }, 'a policy of the root reaches below, by a plus')
  ok((await within('one', auth.client_token).mounts()).data['sys/'] !== undefined, 'and by its path')
  equal((await within('one/two', auth.client_token).write('sys/capabilities-self', { paths: ['kv/a', 'sys/mounts'] })).data,
    { 'kv/a': ['read'], 'sys/mounts': ['deny'] }, 'capabilities are told by paths in the namespace')
}

async function curl () {
  const asked = async (path, ...headers) => {
    const given = [`X-Vault-Token: ${main.token}`, ...headers].flatMap((header) => ['-H', header])
    const { stdout } = await promisify(execFile)('curl', ['-s', '--noproxy', '*', ...given, `${main.url}/v1/${path}`])
    return JSON.parse(stdout)
  }
  for (const [header, path] of [['one/two', 'kv/a'], ['/one/two/', 'kv/a'], ['one', 'two/kv/a'], ['', 'one/two/kv/a'], ['root', 'one/two/kv/a']]) {
    equal((await asked(path, `X-Vault-Namespace: ${header}`)).data, { x: 1 }, `curl: header ${header}, path ${path}`)
  }
  equal((await asked('one/two/kv/a')).data, { x: 1 }, 'curl: no header')
  equal((await asked('kv/a', 'X-Vault-Namespace: one/three')).errors, ['no handler for route "three/kv/a". route entry not found.'], 'curl: a wrong name')
}

async function locked () {
  const { data } = await root.write('sys/namespaces/api-lock/lock/one', {})
  const refused = await rejects(within('one/two').read('kv/a'), 'a locked namespace')
  equal(refused.response.statusCode, 503, 'a locked namespace answers 503')
  await within('one').write('sys/namespaces/api-lock/unlock', { unlock_key: data.unlock_key })
  equal((await within('one/two').read('kv/a')).data, { x: 1 }, 'and with its key it is open again')
}

await run(made, used, policiesFromAbove, curl, locked)
