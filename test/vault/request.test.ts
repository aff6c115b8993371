// The way of a request: what is thrown late is treated as what is thrown at once.
import t from 'tap'
import { Type } from '@sinclair/typebox'
import { notSimulated } from '../../src/backends/not-simulated.js'
import type { Node } from '../../src/cluster/node.js'
import { VaultError } from '../../src/refusal/index.js'
import { Backends } from '../../src/vault/backend-table.js'
import { enableAudit } from '../../src/vault/audit-devices.js'
import { newMount, putMount } from '../../src/vault/mounts/mounts.js'
import { definePath, type Backend, type Handler, type LogicalRequest } from '../../src/vault/paths.js'
import { serve } from '../../src/vault/request.js'
import { createToken, tokenById } from '../../src/vault/tokens/tokens.js'
import { FIXTURES } from '../../src/world/fixtures/index.js'
import { World } from '../../src/world/world.js'
import { MemoryFiles } from '../memory-files.js'
import { vault } from '../vault-server.js'

/** A world with an audit device that writes to memory, and a mount whose reads find nothing, at once or later. */
class Audited {
  readonly files = new MemoryFiles()
  readonly node: Node
  readonly #backend: Backend

  constructor (read: Handler<unknown>) {
    const world = new World({ seed: 1, time: 'manual' }, { files: this.files })
    world.addNode('vault', { id: 'raft_0', apiAddr: 'http://127.0.0.1:8200', clusterAddr: '127.0.0.1:8201' })
    FIXTURES.dev(world, world.nodes, { rootToken: 'root' })
    this.node = world.nodes[0]!
    this.#backend = { type: 'empty', paths: [definePath({ path: '*path', summary: '', fields: Type.Object({}), operations: { read } })] }
    const { storage } = this.node
    putMount(storage, newMount({ table: 'mounts', path: 'empty/', type: 'empty' }, world.random.stream('mounts')))
    enableAudit(storage, this.files, {
      path: 'file/', type: 'file', description: '', options: { file_path: '/audit.log' }, local: false, salt: 'salt'
    })
  }

  /** What is thrown at a read of `empty/a`. */
  async refusalOf (members: Partial<LogicalRequest> = {}): Promise<unknown> {
    const request = { id: '1', operation: 'read' as const, path: 'empty/a', data: {}, clientToken: 'root', headers: {}, ...members }
    try {
      await serve(this.node, request, new Backends({ mounts: { empty: this.#backend }, auth: {} }, NONE, notSimulated))
    } catch (error) {
      return error
    }
    return undefined
  }

  get lines (): { type: string, error?: string }[] {
    return this.files.text('/audit.log').trim().split('\n').map((line) => JSON.parse(line))
  }
}

const NONE = { mounts: {}, auth: {} }
const READS: Readonly<Record<string, Handler<unknown>>> = { 'at once': () => undefined, later: async () => undefined }

for (const [when, read] of Object.entries(READS)) {
  t.test(`nothing found ${when} is refused, and the refusal is audited`, async (t) => {
    const world = new Audited(read)
    t.match(await world.refusalOf(), { kind: 'nothing' })
    t.same(world.lines.map(({ type }) => type), ['request', 'response'])
    t.equal(world.lines[1]?.error, '')
  })

  t.test(`a token's last use ends with a refusal that comes ${when}`, async (t) => {
    const world = new Audited(read)
    const token = createToken(world.node, { policies: ['root'], path: 'auth/token/create', displayName: '', numUses: 1 })
    await world.refusalOf({ clientToken: token.id })
    t.equal(tokenById(world.node.storage, token.id), undefined)
  })
}

t.test('where nothing is mounted the refusal is audited, too', async (t) => {
  const world = new Audited(READS.later!)
  t.match(await world.refusalOf({ path: 'nowhere/a' }), { kind: 'no-route' })
  t.same(world.lines.map(({ type }) => type), ['request', 'response'])
})

t.test('a fault that comes late is no refusal, and it is audited without its text', async (t) => {
  const world = new Audited(async () => { throw new Error('secret') })
  t.notOk(await world.refusalOf() instanceof VaultError)
  t.equal(world.lines[1]?.error, 'internal error')
})

t.test('an answer with a status of its own does not name the type of its mount', async (t) => {
  const { send } = vault(t, { profile: 'vault-1.21' })
  await send('POST', 'secret/data/a', { data: { x: 1 } })
  t.equal((await send('GET', 'secret/data/a')).body.mount_type, 'kv')
  await send('DELETE', 'secret/data/a')
  t.match(await send('GET', 'secret/data/a'), { status: 404, body: { mount_type: '', data: { data: null } } })
  t.match(await send('GET', 'secret/a'), { status: 404, body: { mount_type: '' } })
})

t.test('an answer to who needs no token does not name the type of its mount', async (t) => {
  const { send } = vault(t, { profile: 'vault-1.21' })
  t.match(await send('GET', 'sys/internal/ui/mounts'), { status: 200, body: { mount_type: '' } })
})
