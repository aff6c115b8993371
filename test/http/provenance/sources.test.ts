// Each operation says where it is known from what it answers.
import t from 'tap'
import { backends } from '../../../src/backends/index.js'
import { makeApps } from '../../../src/http/app.js'
import { nomadRoutes } from '../../../src/http/nomad/routes.js'
import { nomadSources } from '../../../src/http/nomad/sources.js'
import type { Operation } from '../../../src/vault/paths.js'
import { sourceOf } from '../../../src/vault/source.js'
import { NomadRegion } from '../../nomad/region-of-servers.js'

const HOW = 'declare a documentation page or { inferred: why }: see src/vault/source.ts'

t.test('every operation of every backend', async (t) => {
  const silent = [...await backends.all()].flatMap(([type, { paths }]) => paths.flatMap((definition) => {
    const operations = Object.keys(definition.operations) as Operation[]
    const without = operations.filter((each) => sourceOf(definition, each) === undefined)
    return without.map((each) => `${type}: ${each} ${definition.path}`)
  }))
  t.same(silent, [], `${HOW}; a whole table with knownFrom(…)`)
})

t.test('every operation that a node answers by itself', async (t) => {
  const { localOperations } = await makeApps().vault()
  t.ok(localOperations.length > 20)
  const silent = localOperations.filter(({ source }) => source === undefined)
  const lines = silent.map(({ method, path }) => `${method} ${path}`)
  t.same(lines, [], `${HOW}; a plugin as localPlugin(…, { source }), a route as config.source`)
})

const RAFT = ['configuration', 'peer', 'transfer-leadership'].map((name) => `/v1/operator/raft/${name}`)
const PATHS = [...Object.keys(nomadRoutes).filter((path) => path !== '/v1/operator/raft/'), ...RAFT]

/** They do not look at the method. */
const BLIND = ['/v1/agent/keyring/list', '/v1/volumes', '/.well-known/jwks.json']

async function methodsTaken (path: string): Promise<string[]> {
  const taken: string[] = []
  for (const method of BLIND.includes(path) ? ['GET'] : ['GET', 'PUT', 'DELETE']) {
    const url = path.endsWith('/') ? `${path}x` : path
    const { status, text } = await new NomadRegion().send(`${method} ${url}`, { body: {} })
    if (status !== 405 && text !== 'Invalid method') taken.push(method)
  }
  return taken
}

t.test('every path and method of Nomad', async (t) => {
  for (const path of PATHS) {
    const named = Object.keys(nomadSources[path] ?? {})
    t.same(named.sort(), (await methodsTaken(path)).sort(), `${path}: name its methods in src/http/nomad/sources.ts`)
  }
  t.same(Object.keys(nomadSources).filter((path) => !PATHS.includes(path)), [], 'what is named is there')
})
