// `--api-addr auto`: each client is told the addresses by which it calls.
import { request } from 'node:http'
import t from 'tap'
import { openWorld } from '../../src/index.js'
import { printJson } from '../../src/json/index.js'
import { saveWorld } from '../../src/testing.js'

interface Told { readonly status: number, readonly location: string | undefined, readonly body: any }

/** Asks a listener under another host name. */
function ask (
  url: string, path: string, host: string, headers: Record<string, string> = {}, body?: string
): Promise<Told> {
  const options = {
    method: body === undefined ? 'GET' : 'POST', headers: { host, 'x-vault-token': 'root', ...headers }, agent: false
  }
  return new Promise((resolve, reject) => {
    request(url + path, options, (response) => {
      const { statusCode: status = 0, headers: { location } } = response
      let text = ''
      response.setEncoding('utf8').on('data', (chunk) => { text += chunk }).on('end', () => {
        resolve({ status, location, body: text === '' ? undefined : JSON.parse(text) })
      })
    }).on('error', reject).end(body)
  })
}

t.test('two clients with two names, one after the other and at once', async (t) => {
  const world = await openWorld({ nodes: 2, apiAddr: 'auto', time: 'manual' })
  t.teardown(() => world.close())
  const [active, standby] = world.nodes.map(({ url = '' }) => url)
  const [port, other] = [active, standby].map((url) => Number(new URL(url!).port)) as [number, number]
  const leader = async (host: string) => (await ask(active!, '/v1/sys/leader', host)).body.leader_address

  const before = printJson(saveWorld(world.world))
  t.same(await Promise.all(['one.test:1000', 'two.test', 'one.test:1000'].map(leader)),
    ['http://one.test:1000', 'http://two.test', 'http://one.test:1000'])
  t.equal(printJson(saveWorld(world.world)), before, 'nothing of it lands in the saved state')

  const { body } = await ask(standby!, '/v1/sys/ha-status', `one.test:${other + 1000}`)
  const told = body.data.nodes.map((node: { api_address: string }) => node.api_address).sort()
  t.same(told, [`http://one.test:${port + 1000}`, `http://one.test:${other + 1000}`].sort(), 'ports are shifted alike')

  const headers = { 'x-vault-no-request-forwarding': '1' }
  const redirected = await ask(standby!, '/v1/secret/data/a', `two.test:${other + 7}`, headers)
  t.same([redirected.status, redirected.location], [307, `http://two.test:${port + 7}/v1/secret/data/a`])

  const config = await ask(active!, '/v1/sys/config/state/sanitized', 'two.test:1')
  t.equal(config.body.data.api_addr, 'http://two.test:1')
})

t.test('without auto the Host header decides nothing', async (t) => {
  const world = await openWorld()
  t.teardown(() => world.close())
  const { body } = await ask(world.nodes[0]!.url!, '/v1/sys/leader', 'one.test:1000')
  t.equal(body.leader_address, world.nodes[0]!.url)
})

t.test('a node joins under the name by which it is called', async (t) => {
  const world = await openWorld({ nodes: 2, apiAddr: 'auto', fixture: 'uninitialized' })
  t.teardown(() => world.close())
  const [first, second] = world.nodes.map(({ url = '' }) => url) as [string, string]
  const put = async (path: string, body: object): Promise<any> =>
    await (await fetch(`${first}/v1/sys/${path}`, { method: 'PUT', body: JSON.stringify(body) })).json()
  const { keys: [key] } = await put('init', { secret_shares: 1, secret_threshold: 1 })
  await put('unseal', { key })
  const { port } = new URL(second)
  const joining = JSON.stringify({ leader_api_addr: `http://vault.test:${new URL(first).port}` })
  const { body } = await ask(second, '/v1/sys/storage/raft/join', `vault.test:${port}`, {}, joining)
  t.same(body, { joined: true })
})
