// What the command prints once it is up.
import t from 'tap'
import { announcement } from '../../src/command/announcement.js'

const NODE = { id: 'raft_0', clusterName: 'vault', apiAddr: 'http://a:1', clusterAddr: '127.0.0.1:8201', url: 'http://127.0.0.1:8200' }
const OPEN = { control: true, controlToken: undefined } as const
const DOCUMENTED = { profile: 'documented', edition: 'ent', ...OPEN } as const

function ready (text: string): Record<string, unknown> {
  return JSON.parse(text.split('\n').find((line) => line.startsWith('{')) ?? '{}') as Record<string, unknown>
}

t.test('people read addresses, token, key and what to export', async (t) => {
  const text = announcement(DOCUMENTED, { nodes: [NODE], rootToken: 'root', unsealKeys: ['a2V5'], caFile: '/tmp/ca.pem' })
  for (const words of ['http://127.0.0.1:8200', 'Root Token:   root', 'Unseal Key:   a2V5', "export VAULT_ADDR='http://127.0.0.1:8200'", "export VAULT_CACERT='/tmp/ca.pem'"]) {
    t.ok(text.includes(words), words)
  }
})

t.test('scripts read one line of JSON', async (t) => {
  const nomad = [{ id: 's1', url: 'http://127.0.0.1:4646' }]
  t.same(ready(announcement(DOCUMENTED, { nodes: [NODE], rootToken: 'root', unsealKeys: ['a2V5'], caFile: undefined, nomad })), {
    event: 'ready', profile: 'documented', edition: 'ent', nodes: [NODE], clusters: ['vault'], nomad, rootToken: 'root', unsealKeys: ['a2V5']
  })
})

t.test('nothing initialised: neither token nor keys', async (t) => {
  const text = announcement(DOCUMENTED, { nodes: [NODE], rootToken: undefined, unsealKeys: [], caFile: undefined })
  t.notOk(/Root Token|Unseal Key|VAULT_TOKEN/.test(text))
  t.same(ready(text)['unsealKeys'], [])
})

t.test('the line that wait strategies look for', async (t) => {
  const world = { nodes: [NODE], rootToken: 'root', unsealKeys: [], caFile: undefined }
  t.match(announcement(DOCUMENTED, world), /\n==> Vault server started! Log data will stream in below:\n$/)
  t.match(announcement({ profile: 'openbao-2.5', edition: 'ce', ...OPEN }, world), /\n==> OpenBao server started! /)
})

t.test('the banner says who may steer', async (t) => {
  const world = { nodes: [NODE], rootToken: 'root', unsealKeys: [], caFile: undefined }
  t.match(announcement(DOCUMENTED, world), /\nThe controls below \/_mock\/ are open to whoever reaches/)
  const closed = announcement({ ...DOCUMENTED, controlToken: 'hush' }, world)
  t.match(closed, /\nThe controls below \/_mock\/ need the control token/)
  t.notMatch(closed, /hush/)
  t.match(announcement({ ...DOCUMENTED, control: false }, world), /\nThere are no controls/)
})

t.test('the banner says where the files of clients lie, unless that is where they say', async (t) => {
  const world = { nodes: [NODE], rootToken: 'root', unsealKeys: [], caFile: undefined }
  t.match(announcement(DOCUMENTED, { ...world, filesFolder: '/tmp/x' }), /\nFiles that clients name, [^\n]* lie below \/tmp\/x\n/)
  t.notMatch(announcement(DOCUMENTED, { ...world, filesFolder: '/' }), /Files/)
})
