// O1, replication: every curl line of the legacy sys/replication page, verbatim but for host and token, played by a
// primary and a secondary.
import { call, equal, ok, run, until } from './checks.js'
import { Desk, empty, envelope } from './curl.js'
import { servers } from './server.js'

const { main, secondary } = servers()
const desk = new Desk()

const post = (path) => `curl \\
    --header "X-Vault-Token: ..." \\
    --request POST \\
    https://vault.rocks/v1/sys/replication/${path}`
const postPayload = (path) => `curl \\
    --header "X-Vault-Token: ..." \\
    --request POST \\
    --data @payload.json \\
    https://vault.rocks/v1/sys/replication/${path}`
const STATUS = `curl \\
    https://vault.rocks/v1/sys/replication/status`
const SECONDARY_TOKEN = `curl \\
    --header "X-Vault-Token: ..." \\
    https://vault.rocks/v1/sys/replication/primary/secondary-token?id=us-east-1`

const atPrimary = (payload) => ({ url: main.url, token: main.token, payload })
const atSecondary = (payload) => ({ url: secondary.url, token: secondary.token, payload })

async function mode (url) {
  return (await call(url, 'sys/replication/status')).json?.data?.mode
}

async function activationToken (id) {
  const answer = await call(main.url, `sys/replication/primary/secondary-token?id=${id}`, { token: main.token })
  return answer.json?.wrap_info?.token
}

async function replicationIsDisabled () {
  const { status, json } = await desk.run(STATUS, atPrimary())
  equal([status, json?.mode, json?.data?.mode], [200, 'disabled', 'disabled'], 'status, disabled: the mode at the top and in data, without a token')
}

async function primaryIsEnabled () {
  empty(await desk.run(postPayload('primary/enable'), atPrimary({})), 'primary/enable')
  await until(async () => await mode(main.url) === 'primary', 'the mode becomes primary')
  const answer = await desk.run(STATUS, atPrimary())
  envelope(answer, 'status of a primary')
  for (const place of [answer.json, answer.json?.data]) {
    const { mode, known_secondaries: known, last_wal: wal, merkle_root: root, cluster_id: id } = place ?? {}
    ok(mode === 'primary' && Array.isArray(known) && Number.isInteger(wal) && /^[0-9a-f]{40}$/.test(root) && /^[0-9a-f-]{36}$/.test(id), 'status of a primary: the documented keys', place)
  }
}

async function secondaryIsEnabled () {
  const answer = await desk.run(SECONDARY_TOKEN, atPrimary())
  equal([answer.status, answer.json?.data], [200, null], 'secondary-token: 200, data null')
  equal(Object.keys(answer.json?.wrap_info ?? {}).sort(), ['accessor', 'creation_path', 'creation_time', 'token', 'ttl', 'wrapped_accessor'], 'secondary-token: all six fields of wrap_info')
  equal([answer.json?.wrap_info?.ttl, answer.json?.wrap_info?.wrapped_accessor], [1800, ''], 'secondary-token: 30 minutes, no wrapped accessor')
  empty(await desk.run(postPayload('secondary/enable'), atSecondary({ token: answer.json?.wrap_info?.token })), 'secondary/enable')
  await until(async () => await mode(secondary.url) === 'secondary', 'the mode becomes secondary')
  await until(async () => (await rootOf(main.url)) === (await rootOf(secondary.url)), 'both have the same data')
}

async function rootOf (url) {
  return (await call(url, 'sys/replication/status')).json?.data?.merkle_root
}

async function primaryIsUpdated () {
  const token = await activationToken('us-east-2')
  empty(await desk.run(postPayload('secondary/update-primary'), atSecondary({ token })), 'secondary/update-primary')
}

async function maintenance () {
  for (const path of ['recover', 'reindex']) {
    const answer = await desk.run(post(path), atPrimary())
    equal(answer.status, 200, `${path}: 200`)
    envelope(answer, path)
    equal([answer.json?.data, answer.json?.warnings?.length >= 1], [null, true], `${path}: no data, but warnings`)
  }
}

async function secondaryIsPromotedDemotedDisabled () {
  empty(await desk.run(postPayload('secondary/promote'), atSecondary({})), 'secondary/promote')
  await until(async () => await mode(secondary.url) === 'primary', 'the secondary is a primary now')
  empty(await desk.run(post('primary/demote'), atSecondary()), 'primary/demote')
  await until(async () => await mode(secondary.url) === 'secondary', 'it is a secondary again')
  empty(await desk.run(post('secondary/disable'), atSecondary()), 'secondary/disable')
  await until(async () => await mode(secondary.url) === 'disabled', 'it replicates no more')
}

async function secondaryIsRevoked () {
  await activationToken('us-east')
  empty(await desk.run(postPayload('secondary/revoke-secondary'), atPrimary({ id: 'us-east' })), 'secondary/revoke-secondary')
  const known = (await call(main.url, 'sys/replication/status')).json?.data?.known_secondaries
  ok(!known?.includes('us-east'), 'the secondary is not known any more', known)
}

async function primaryIsDisabled () {
  empty(await desk.run(post('primary/disable'), atPrimary()), 'primary/disable')
  await until(async () => await mode(main.url) === 'disabled', 'the primary replicates no more')
}

async function everyLineWasRun () {
  desk.covers('vault-replication-legacy.md')
}

await run(
  replicationIsDisabled, primaryIsEnabled, secondaryIsEnabled, primaryIsUpdated, maintenance,
  secondaryIsPromotedDemotedDisabled, secondaryIsRevoked, primaryIsDisabled, everyLineWasRun
)
