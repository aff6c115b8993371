// What a real Vault 1.21.4 made with keys that it backed up then: ciphertexts, signatures and HMACs of all types
import t from 'tap'
import { readFileSync } from 'node:fs'
import { transit } from './transit-server.js'

interface Made {
  readonly name: string
  readonly backup: string
  readonly requests: ReadonlyArray<{ readonly path: string, readonly body: object, readonly data: object }>
}

const file = readFileSync(new URL('made-by-vault.json', import.meta.url), 'utf8')
const everything: readonly Made[] = JSON.parse(file)

for (const { name, backup, requests } of everything) {
  t.test(`${name}: restored, it reads all that was made with it`, async (t) => {
    const { refusal, write } = await transit(t)
    t.equal(await refusal('restore', { backup }), '204')
    for (const { path, body, data } of requests) t.strictSame({ ...await write(`${path}/${name}`, body) }, data, path)
  })
}

t.test('a key that was backed up here comes back with all its versions, on another server', async (t) => {
  const [one, other] = [await transit(t), await transit(t)]
  for (const { name, backup } of everything) {
    await one.write('restore', { backup })
    const again = (await one.read(`backup/${name}`)).backup
    t.equal(await other.refusal('restore', { backup: again }), '204', name)
    const shown = async (server: typeof one): Promise<object> => {
      const { backup_info: _backed, restore_info: _restored, ...key } = await server.read(`keys/${name}`)
      return key
    }
    t.strictSame(await shown(other), await shown(one), name)
  }
})
