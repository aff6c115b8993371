// vault-mock conformance: flags, refusals, exit codes, files.
import t from 'tap'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { conformance } from '../../src/command/conformance.js'
import { createCluster } from '../../src/index.js'

const ROOT = 'root-token-of-this-test'

async function run (args: readonly string[], environment: Record<string, string> = {}) {
  let printed = ''
  const code = await conformance(args, environment, (text) => { printed += text })
  return { code, printed }
}

t.test('wrong use is said in one line, exit code 2', async (t) => {
  const wrong = [
    [[], /--url says whose answers/],
    [['--url', 'localhost'], /"localhost" is no address/],
    [['--url', 'http://127.0.0.1:1'], /ECONNREFUSED/],
    [['--nonsense'], /Unknown option '--nonsense' \(--help/],
    [['replay'], /what is "replay"\?/],
    [['--url', 'http://127.0.0.1:1', '--report', 'r.doc'], /\.json, \.md or \.xml/],
    [['record', '--url', 'http://127.0.0.1:1'], /wants --scenario, --server and --out/]
  ] as const
  for (const [args, said] of wrong) {
    const { code, printed } = await run(args)
    t.equal(code, 2, args.join(' '))
    t.match(printed, said)
    t.equal(printed.trim().split('\n').length, 1)
  }
  t.match(await run(['--help']), { code: 0, printed: /^Usage: / })
  t.match(await run(['--list']), { code: 0, printed: /^raft +raft-cluster +uninitialized, 3 nodes$/m })
})

t.test('at a server', async (t) => {
  const cluster = await createCluster({ rootToken: ROOT })
  t.teardown(cluster.close)
  const url = String(cluster.nodes[0]?.url)
  const folder = t.testdir()

  t.test('it only reads: what is the same, and what was left out and why', async (t) => {
    const file = join(folder, 'report.json')
    const { code, printed } = await run(['--url', url, '--report', file, '--tier', 'documents,core'], { VAULT_TOKEN: ROOT })
    t.equal(code, 0)
    t.match(printed, /✓ seed documents: vault-raft: 2 of 6 the same, 4 not played/)
    t.match(printed, /it changes the server \(--allow-destructive\): .*core, http-rules, lifecycle/)
    t.match(JSON.parse(await readFile(file, 'utf8')), { servers: [url], profile: 'vault-1.14', tiers: [{ tier: 'documents' }, { tier: 'core' }] })
  })

  t.test('destructive scenarios are refused where they were asked for by name', async (t) => {
    const { code, printed } = await run(['--url', url, '--token', ROOT, '--scenario', 'core'])
    t.match({ code, printed }, { code: 2, printed: /core was not played: it changes the server \(--allow-destructive\)/ })
    t.match(await run(['--url', url, '--scenario', 'raft-single', '--allow-destructive']), { code: 2, printed: /it wants a fresh, uninitialised node/ })
    t.match(await run(['record', '--url', url, '--scenario', 'dr', '--server', 'x', '--out', join(folder, 'no.json')]),
      { code: 2, printed: /dr cannot be recorded: it changes the server/ })
  })

  t.test('unknown names are refused', async (t) => {
    t.match(await run(['--url', url, '--scenario', 'none']), { code: 2, printed: /there is no scenario "none": .*raft-cluster/ })
    t.match(await run(['--url', url, '--tier', 'none']), { code: 2, printed: /there is no tier "none": documents, core/ })
    t.match(await run(['--url', url, '--profile', 'vault-9']), { code: 2, printed: /no recordings of "vault-9": openbao-2.5, vault-1.14, vault-1.21, documented/ })
    t.match(await run(['--url', url, '--recording', join(folder, 'none.json')]), { code: 2, printed: /ENOENT/ })
    t.match(await run(['--url', url, '--ca-cert', join(folder, 'none.pem')]), { code: 2, printed: /ENOENT/ })
  })

  t.test('a command that fails to bring fresh nodes ends it', async (t) => {
    const flags = ['--url', url, '--allow-destructive', '--scenario', 'core', '--fresh-nodes', 'exit 3']
    t.match(await run(flags), { code: 2, printed: /--fresh-nodes: Command failed/ })
  })
})

t.test('a recording is made and compared with', async (t) => {
  const cluster = await createCluster({ fixture: 'uninitialized', profile: 'vault-1.14', edition: 'ce' })
  t.teardown(cluster.close)
  const url = String(cluster.nodes[0]?.url)
  const out = join(t.testdir(), 'keys.json')
  const place = ['--url', url, '--allow-destructive']
  const recorded = await run(['record', ...place, '--scenario', 'keys', '--server', 'ours', '--out', out])
  t.match(recorded, { code: 0, printed: /^keys: 30 exchanges recorded in .*, 0 without an answer; secrets are masked$/m })
  t.match(JSON.parse(await readFile(out, 'utf8')), { scenario: 'keys', source: { server: 'ours' } })

  cluster.controls.reset()
  t.match(await run([...place, '--recording', out]), { code: 0, printed: /✓ keys: keys: 30 of 30 the same/ })

  cluster.controls.reset()
  const other = await run([...place, '--scenario', 'keys', '--profile', 'openbao-2.5'])
  t.match(other, { code: 1, printed: /✗ keys: keys: \d+ of 30 the same, \d+ different/ })
})
