// Secrets that an engine gives out for a while: renewed, revoked, ended by time, by a token, by disabling the engine.
import { Type } from '@sinclair/typebox'
import t from 'tap'
import { notSimulated } from '../../src/backends/not-simulated.js'
import { system } from '../../src/backends/system/index.js'
import { tokenBackend } from '../../src/backends/token/token.js'
import type { JsonObject } from '../../src/json/index.js'
import { failure } from '../../src/refusal/index.js'
import { Backends } from '../../src/vault/backend-table.js'
import { newMount, putMount, resolveMount } from '../../src/vault/mounts/mounts.js'
import { definePath, type Backend, type LogicalRequest, type LogicalResponse } from '../../src/vault/paths.js'
import { serve } from '../../src/vault/request.js'
import { createToken } from '../../src/vault/tokens/tokens.js'
import { EXPIRY_KIND } from '../../src/vault/tokens/deadlines.js'
import { expireDue } from '../../src/vault/tokens/expiry.js'
import { FIXTURES } from '../../src/world/fixtures/index.js'
import { World } from '../../src/world/world.js'
import { MemoryFiles } from '../memory-files.js'

/** An engine whose every read lends a secret for an hour, and which notes what it takes back. */
class Lender {
  readonly world = new World({ seed: 1, time: 'manual' }, { files: new MemoryFiles() })
  readonly revoked: string[] = []
  isDown = false
  readonly #backends: Backends

  constructor () {
    this.world.addNode('vault', { id: 'raft_0', apiAddr: 'http://127.0.0.1:8200', clusterAddr: '127.0.0.1:8201' })
    FIXTURES.dev(this.world, this.world.nodes, { rootToken: 'root' })
    const { storage } = this.node
    putMount(storage, newMount({ table: 'mounts', path: 'lender/', type: 'lender' }, this.world.random.stream('mounts')))
    const always = { mounts: { system, lender: this.#engine() }, auth: { token: tokenBackend } }
    this.#backends = new Backends(always, NONE, notSimulated)
  }

  get node () { return this.world.nodes[0]! }

  get mount () { return resolveMount(this.node.storage, 'lender/creds')!.mount }

  get context () { return { cluster: this.node.cluster, storage: this.node.storage, backends: this.#backends } }

  #engine (): Backend {
    const read = (): LogicalResponse => {
      return { data: { user: 'ann' }, secret: { internal: { user: 'ann' }, ttlSeconds: 3600, maxTtlSeconds: 7200, renewable: true } }
    }
    return {
      type: 'lender',
      paths: [definePath({ path: 'creds', summary: '', fields: Type.Object({}), operations: { read } })],
      leases: {
        revoke: ({ leaseId, lease }) => {
          if (this.isDown) throw failure('no route to host')
          t.match(lease.internal, { user: 'ann' })
          this.revoked.push(leaseId)
        }
      }
    }
  }

  async ask (operation: LogicalRequest['operation'], path: string, data: JsonObject = {}, clientToken = 'root') {
    const request = { id: '1', operation, path, data, clientToken, headers: {} }
    return (await serve(this.node, request, this.#backends)).response
  }

  async lease (clientToken?: string) {
    return (await this.ask('read', 'lender/creds', {}, clientToken))!.lease!
  }

  /** Lets time pass; the world's own event would look for this engine among those that there are. */
  pass (ms: number): void {
    this.world.timeline.cancel(EXPIRY_KIND, { cluster: this.node.cluster.key })
    this.world.timeline.advance(ms)
    expireDue(this.context)
  }
}

const NONE = { mounts: {}, auth: {} }

t.test('a secret comes with a lease of its path', async (t) => {
  const lender = new Lender()
  const response = await lender.ask('read', 'lender/creds')
  t.match(response?.lease, { id: /^lender\/creds\/\w{24}$/, durationSeconds: 3600, renewable: true })
  t.notOk(response && 'secret' in response, 'what the engine keeps does not leave')
  t.match((await lender.ask('update', 'sys/leases/lookup', { lease_id: response!.lease!.id }))?.data, { ttl: 3600, renewable: true })
})

t.test('renewing goes as far as the engine allows', async (t) => {
  const lender = new Lender()
  const { id } = await lender.lease()
  lender.world.timeline.advance(3_000_000)
  const renewed = await lender.ask('update', 'sys/leases/renew', { lease_id: id, increment: '2h' })
  t.match(renewed?.lease, { id, durationSeconds: 4200 })
  t.match(renewed?.warnings, [/capped/])
})

t.test('revoking takes the secret back', async (t) => {
  const lender = new Lender()
  const { id } = await lender.lease()
  await lender.ask('update', 'sys/leases/revoke', { lease_id: id })
  t.same(lender.revoked, [id])
  await t.rejects(lender.ask('update', 'sys/leases/lookup', { lease_id: id }), { message: 'invalid lease' })
})

t.test('what cannot be taken back keeps its lease, unless it is forced', async (t) => {
  const lender = new Lender()
  const { id } = await lender.lease()
  lender.isDown = true
  await t.rejects(lender.ask('update', 'sys/leases/revoke-prefix/lender'), { message: /failed to revoke .*: no route to host/ })
  t.ok(await lender.ask('update', 'sys/leases/lookup', { lease_id: id }))
  await lender.ask('update', 'sys/leases/revoke-force/lender')
  await t.rejects(lender.ask('update', 'sys/leases/lookup', { lease_id: id }), { message: 'invalid lease' })
})

t.test('a secret ends with its time; an engine that is down is asked again', async (t) => {
  const lender = new Lender()
  const { id } = await lender.lease()
  lender.isDown = true
  lender.pass(3_600_000)
  lender.isDown = false
  lender.pass(9_000)
  t.same(lender.revoked, [])
  lender.pass(1_000)
  t.same(lender.revoked, [id])
})

t.test('after six attempts nobody tries any more', async (t) => {
  const lender = new Lender()
  await lender.lease()
  lender.isDown = true
  lender.pass(3_600_000)
  for (let i = 0; i < 6; i++) lender.pass(1_000_000)
  lender.isDown = false
  lender.pass(1_000_000_000)
  t.same(lender.revoked, [])
})

t.test('what nobody tries any more to take back is counted, listed, and goes by force', async (t) => {
  const lender = new Lender()
  const { id } = await lender.lease()
  lender.isDown = true
  lender.pass(3_600_000)
  const irrevocable = { type: 'irrevocable' }
  t.match(await lender.ask('read', 'sys/leases/count', irrevocable), { data: { lease_count: 0, counts: {} } })
  for (let i = 0; i < 6; i++) lender.pass(1_000_000)
  const accessor = lender.mount.accessor
  t.match(await lender.ask('read', 'sys/leases/count', irrevocable), { data: { lease_count: 1, counts: { [accessor]: 1 } } })
  t.match(await lender.ask('read', 'sys/leases', irrevocable), {
    data: { lease_count: 1, leases: [{ lease_id: id, mount_id: accessor, error: /^out of retries: .* err: no route to host$/ }] }
  })
  await lender.ask('update', 'sys/leases/revoke-force/lender')
  t.match(await lender.ask('read', 'sys/leases', irrevocable), { data: { lease_count: 0, leases: [] } })
})

t.test('a secret ends with the token that asked for it', async (t) => {
  const lender = new Lender()
  const token = createToken(lender.context, { policies: ['root'], path: 'auth/token/create', displayName: 'token', ttlSeconds: 60 })
  const { id } = await lender.lease(token.id)
  await lender.ask('update', 'auth/token/revoke', { token: token.id })
  t.same(lender.revoked, [id])
})

t.test('a secret ends when its engine is disabled', async (t) => {
  const lender = new Lender()
  const { id } = await lender.lease()
  await lender.ask('delete', 'sys/mounts/lender')
  t.same(lender.revoked, [id])
})
