// Which mount answers a path: the longest one above it, found without a walk through all of them.
import t from 'tap'
import fc from 'fast-check'
import { Storage } from '../../src/cluster/storage.js'
import { Random } from '../../src/sim/random.js'
import { newMount, putMount, resolveMount } from '../../src/vault/mounts/mounts.js'
import { vault } from '../vault-server.js'

const ids = new Random(1).stream('mounts')

function mounted (paths: Iterable<string>): Storage {
  const storage = new Storage()
  for (const path of paths) putMount(storage, newMount({ table: 'mounts', path, type: 'kv' }, ids))
  return storage
}

t.test('a path is answered by the mount above it', async (t) => {
  const { send, data, verdict } = vault(t)
  await send('POST', 'sys/mounts/a/b', { type: 'kv' })
  await send('PUT', 'a/b/data/x', { v: 1 })
  t.same(await data('GET', 'a/b/data/x'), { v: 1 })
  t.same(await data('LIST', 'a/b'), { keys: ['data/'] })
  for (const path of ['a', 'a/bc/x', 'auth', 'auth/none/x', 'nowhere/x']) {
    t.match(await verdict('GET', path), /^404 no handler for route/, path)
  }
})

t.test('resolving agrees with a search of all mounts', async () => {
  const segment = fc.constantFrom('a', 'b', 'c')
  const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'))
  fc.assert(fc.property(fc.array(path), path, (wanted, asked) => {
    const paths: string[] = []
    for (const one of wanted.map((each) => `${each}/`)) {
      if (!paths.some((other) => other.startsWith(one) || one.startsWith(other))) paths.push(one)
    }
    return resolveMount(mounted(paths), asked)?.mount.path === paths.find((one) => `${asked}/`.startsWith(one))
  }))
})

t.test('among 10,000 mounts a path is found at once', async (t) => {
  const storage = mounted(Array.from({ length: 10_000 }, (_, i) => `m${i}/`))
  const startMs = performance.now()
  for (let i = 0; i < 1000; i++) resolveMount(storage, `m${i * 7}/data/x`)
  t.ok(performance.now() - startMs < 100)
})
