// The life of a cluster, by curl: three fresh nodes join, one is killed and comes back, another steps down, a snapshot
// is restored.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { equal, run, until } from './checks.js'
import { servers } from './server.js'

const { main } = servers()
const [first, second, third] = main.nodes.map(({ url }) => url)
const folder = mkdtempSync(join(tmpdir(), 'vault-mock-story-'))
process.on('exit', () => rmSync(folder, { recursive: true }))
const stage = { token: '', keys: [] }

/** What `curl …` says; status 0 where nobody answers. */
function curl (...args) {
  const all = ['--silent', '--noproxy', '*', '--write-out', '\n%{http_code}', '--header', `X-Vault-Token: ${stage.token}`, ...args]
  return new Promise((resolve) => {
    execFile('curl', all, { cwd: folder }, (_error, stdout) => {
      const at = stdout.lastIndexOf('\n')
      const text = stdout.slice(0, at)
      resolve({ status: Number(stdout.slice(at + 1)), text, json: /^[{[]/.test(text) ? JSON.parse(text) : undefined })
    })
  })
}

const data = (body) => ['--data', JSON.stringify(body)]
const role = async (url) => (await curl(`${url}/v1/sys/health`)).status

async function active () {
  for (const { url } of main.nodes) if (await role(url) === 200) return url
}

async function unseal (url) {
  for (const key of stage.keys) await curl('--request', 'PUT', ...data({ key }), `${url}/v1/sys/unseal`)
}

async function voters (url) {
  const { json } = await curl(`${url}/v1/sys/storage/raft/configuration`)
  return json.data.config.servers.filter(({ voter }) => voter).map((server) => server.node_id)
}

async function threeVoters () {
  const { json } = await curl('--request', 'PUT', ...data({ secret_shares: 3, secret_threshold: 2 }), `${first}/v1/sys/init`)
  Object.assign(stage, { token: json.root_token, keys: [json.keys[2], json.keys_base64[0]] })
  await unseal(first)
  await until(async () => await role(first) === 200, 'the first node is active')
  for (const url of [second, third]) {
    const { json } = await curl(...data({ leader_api_addr: first }), `${url}/v1/sys/storage/raft/join`)
    equal(json, { joined: true }, 'a fresh node joins')
    await unseal(url)
    await until(async () => await role(url) === 429, 'it is a standby')
  }
  await until(async () => (await voters(first)).length === 3, 'there are three voters')
}

async function writingAnywhere () {
  equal((await curl(...data({ type: 'kv' }), `${first}/v1/sys/mounts/kv`)).status, 204, 'a secrets engine')
  equal((await curl(...data({ is: 'here' }), `${second}/v1/kv/kept`)).status, 204, 'written at one standby')
  equal((await curl(`${third}/v1/kv/kept`)).json.data, { is: 'here' }, 'read at the other')
  const { status } = await curl('--location', '--output', 'raft.snap', `${second}/v1/sys/storage/raft/snapshot`)
  equal(status, 200, 'a snapshot, redirected to the leader')
  await curl(...data({ is: 'gone soon' }), `${first}/v1/kv/later`)
}

async function theLeaderIsKilled () {
  equal((await curl('--request', 'POST', `${second}/_mock/nodes/raft_0/kill`)).status, 200, 'kill')
  equal(await role(first), 0, 'the killed node refuses connections')
  await until(active, 'another one leads')
  equal((await curl(`${await active()}/v1/kv/later`)).json.data, { is: 'gone soon' }, 'nothing was lost')
  equal((await curl(...data({ is: 'new' }), `${await active()}/v1/kv/without`)).status, 204, 'writing goes on')
  await curl('--request', 'POST', `${second}/_mock/nodes/raft_0/start`)
  equal(await role(first), 503, 'the killed node comes back sealed')
  await unseal(first)
  await until(async () => await role(first) === 429, 'with its keys it is a standby')
  equal((await curl(`${first}/v1/kv/without`)).json.data, { is: 'new' }, 'which knows what it missed')
}

async function theNextOneStepsDown () {
  const before = await active()
  equal((await curl('--request', 'PUT', `${before}/v1/sys/step-down`)).status, 204, 'step-down')
  await until(async () => ![undefined, before].includes(await active()), 'somebody else leads')
  await until(async () => await role(before) === 429, 'the one that stepped down is a standby')
}

async function theSnapshotIsRestored () {
  equal((await curl('--data-binary', '@raft.snap', `${await active()}/v1/sys/storage/raft/snapshot`)).status, 204, 'restore')
  await until(active, 'the cluster is active again')
  equal((await curl(`${await active()}/v1/kv/kept`)).json.data, { is: 'here' }, 'what was in the snapshot is there')
  equal((await curl(`${await active()}/v1/kv/later`)).status, 404, 'what came later is gone')
  equal(await voters(await active()), ['raft_0', 'raft_1', 'raft_2'], 'the membership stays')
}

await run(threeVoters, writingAnywhere, theLeaderIsKilled, theNextOneStepsDown, theSnapshotIsRestored)
