// vault-mock ctl: words to requests, answers for people and for programs.
import t, { type Test } from 'tap'
import { control } from '../../src/command/ctl/index.js'
import { bodyOf, pathOf, queryOf, readWords } from '../../src/command/ctl/words.js'
import { startCluster } from '../../src/testing.js'
import { openWorld, type OpenOptions } from '../../src/open/open-world.js'

interface Ran { readonly code: number, readonly printed: string, readonly complaint: string }

/** Runs the command against a server of its own. */
async function commandFor (t: Test, options: OpenOptions = {}) {
  const cluster = await startCluster(options)
  t.teardown(cluster.close)
  return async (...words: string[]): Promise<Ran> => await run({ VAULT_ADDR: cluster.url }, ...words)
}

async function run (environment: Readonly<Record<string, string>>, ...words: string[]): Promise<Ran> {
  let printed = ''
  let complaint = ''
  const complain = (text: string): void => { complaint += text }
  const code = await control(words, environment, (text) => { printed += text }, { complain })
  return { code, printed, complaint }
}

t.test('words become a path, fields a body or a query', (t) => {
  const killed = readWords(['--address', 'http://a/', 'nodes', 'east/raft_1', 'kill'], {})
  t.match(killed, { address: 'http://a', fields: [], verb: undefined })
  t.equal(pathOf(killed.words), '/_mock/nodes/east%3Araft_1/kill')
  const fault = readWords(['post', 'faults', 'effect.status=503', 'match.path=secret/**'], { VAULT_ADDR: 'http://b' })
  t.match(fault, { address: 'http://b', verb: 'post' })
  t.same(bodyOf(fault.fields), { effect: { status: 503 }, match: { path: 'secret/**' } })
  t.equal(queryOf(fault.fields), '?effect.status=503&match.path=secret%2F**')
  t.match(readWords(['--world=one', 'put', 'state', '@world.json'], {}), { world: 'one', file: 'world.json', address: 'http://127.0.0.1:8200' })
  t.end()
})

t.test('the verb comes from the server\'s description', async (t) => {
  const ctl = await commandFor(t)
  t.match(await ctl('nodes', 'raft_0', 'seal'), { code: 0, printed: /^sealed +true$/m })
  t.match(await ctl('faults', 'effect.sealed=true'), { code: 0, printed: /^id +1$/m })
  t.match(await ctl('delete', 'faults'), { code: 0, printed: '' })
  t.match(await ctl('nodes', 'raft_9', 'kill'), { code: 1, printed: '', complaint: /there is no node "raft_9"; there is raft_0/ })
  t.match(await ctl(), { code: 2, printed: /^Usage/ })
})

t.test('fields of a GET are its query', async (t) => {
  const cluster = await startCluster()
  t.teardown(cluster.close)
  for (const path of ['secret/data/a', 'sys/health']) await fetch(`${cluster.url}/v1/${path}`)
  const { code, printed } = await run({ VAULT_ADDR: cluster.url }, 'journal', 'path=secret/**')
  t.equal(code, 0)
  t.match(printed, /^NUMBER +AT +NODE +METHOD +URL +STATUS/)
  t.match(printed, /\/v1\/secret\/data\/a +403/)
  t.notMatch(printed, /health/)
  t.match(await run({ VAULT_ADDR: cluster.url }, 'journal', 'paht=x'), { code: 1, complaint: /there is no parameter "paht"; there is method, path/ })
})

t.test('tables for people, JSON with --json', async (t) => {
  const ctl = await commandFor(t, { nodes: 2 })
  const { printed } = await ctl('nodes')
  t.match(printed, /^ID +CLUSTER +PROCESS .*\nraft_0 +vault +running .*\nraft_1 /)
  t.match(JSON.parse((await ctl('nodes', '--json')).printed), { nodes: [{ id: 'raft_0' }, { id: 'raft_1' }] })
  t.match(JSON.parse((await ctl('state')).printed), { version: Number }, 'what is loaded again is left as it is')
})

t.test('a wrong word is told what there is', async (t) => {
  const ctl = await commandFor(t)
  t.match(await ctl('nodez'), { code: 2, complaint: /there is no "nodez"; there is checkpoints, .*nodes/ })
  t.match(await ctl('nodes', 'raft_0', 'kil'), { code: 2, complaint: /there is no "kil" behind "nodes raft_0"; there is elect, kill, pause/ })
  t.match(await ctl('time', 'skip-untli', 'condition=healthy'), { code: 2, complaint: /there is advance, freeze, skip-until/ })
  t.match(await ctl('nodes', '--jsn'), { code: 2, complaint: /unknown flag --jsn; there are --address/ })
})

t.test('top shows how the nodes stand', async (t) => {
  const ctl = await commandFor(t, { fixture: 'dr-pair' })
  const { code, printed } = await ctl('top')
  t.equal(code, 0)
  t.match(printed, /^CLUSTER +NODE +ROLE +SUFFRAGE +TERM +APPLIED +COMMITTED +LAG +LAST CONTACT$/m)
  t.match(printed, /^primary +raft_0 +leader +voter/m)
  t.match(printed, /^dr +primary +secondary +stream-wals +0$/m)
})

t.test('names are completed', async (t) => {
  const ctl = await commandFor(t, { nodes: 2 })
  t.equal((await ctl('complete', 'no')).printed, 'nodes\nnomad\n')
  t.equal((await ctl('complete', 'nodes', '')).printed, 'raft_0\nraft_1\n')
  t.equal((await ctl('complete', 'nodes', 'raft_0', 's')).printed, 'seal\nstart\nstep-down\n')
  t.equal((await ctl('complete', 'wa')).printed, 'watch\n')
  t.match(await ctl('completion', 'bash'), { code: 0, printed: /complete -o default -F/ })
  t.match(await ctl('completion', 'tcsh'), { code: 2, complaint: /bash, zsh, fish/ })
})

t.test('watch prints what happens until the server ends', async (t) => {
  const cluster = await startCluster({ nodes: 3, time: 'auto' })
  const lines: string[] = []
  let heard = (): void => {}
  const first = new Promise<void>((resolve) => { heard = resolve })
  const watching = control(['watch', 'after=0'], { VAULT_ADDR: cluster.url }, (text) => {
    lines.push(text)
    if (/killed/.test(text)) heard()
  })
  cluster.controls.nodes.kill('raft_2')
  await first
  await cluster.close()
  t.equal(await watching, 0)
  t.match(lines.join(''), /^\S+Z {2}killed +vault\/raft_2$/m)
})

t.test('HTTPS: VAULT_CACERT and VAULT_SKIP_VERIFY are honoured', async (t) => {
  const world = await openWorld({ tls: true })
  t.teardown(world.close)
  const VAULT_ADDR = world.nodes[0]?.url ?? ''
  await t.rejects(run({ VAULT_ADDR }, 'nodes'), /certificate/)
  t.match(await run({ VAULT_ADDR, VAULT_SKIP_VERIFY: 'true' }, 'nodes'), { code: 0, printed: /raft_0/ })
  t.match(await run({ VAULT_ADDR, VAULT_CACERT: world.caFile ?? '' }, 'nodes'), { code: 0, printed: /raft_0/ })
})
