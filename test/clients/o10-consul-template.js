// O10: consul-template renders, renews its token and sees what changes.
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { call, equal, ok, run, until } from './checks.js'

const { main: { url, token } } = JSON.parse(process.env.VAULT_MOCK_SERVERS)
/** how it says that a signal ended it */
const INTERRUPTED = 12

const put = (path, body) => call(url, path, { method: 'POST', token, body })

const TEMPLATE = `{{ with secret "secret/data/app" }}{{ .Data.data.a }}-{{ .Data.metadata.version }}{{ end }}
{{ with secret "one/x" }}{{ .Data.v }} {{ .LeaseDuration }}{{ end }}
{{ range secrets "secret/metadata/" }}{{ . }} {{ end }}
{{ range secrets "one/" }}{{ . }} {{ end }}
{{ with secret "secret/app?version=1" }}{{ .Data.data.a }}{{ end }}
{{ with secret "auth/token/lookup-self" }}{{ .Data.policies }}{{ end }}
`

async function prepare () {
  await put('sys/mounts/one', { type: 'kv' })
  await put('secret/data/app', { data: { a: 1 } })
  await put('one/x', { v: 'before', ttl: '2s' })
  await put('auth/token/create', { id: 'short', policies: ['root'], ttl: '6s' })
}

/** @returns its output so far, and how to end it */
function consulTemplate (folder, ...args) {
  const config = ['-vault-addr', url, '-vault-retry-attempts=2', '-template', `${join(folder, 'in')}:${join(folder, 'out')}`]
  const env = { ...process.env, VAULT_TOKEN: 'short', HOME: folder }
  const child = spawn(process.env.CONSUL_TEMPLATE, [...config, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => lines.push(String(data)))
  const exit = new Promise((resolve) => child.on('close', resolve))
  return { lines, exit, end: async () => { child.kill('SIGINT'); return await exit } }
}

async function follows () {
  const folder = await mkdtemp(join(tmpdir(), 'consul-template-'))
  const rendered = async () => await readFile(join(folder, 'out'), 'utf8').catch(() => '')
  await writeFile(join(folder, 'in'), TEMPLATE)
  const program = consulTemplate(folder)
  try {
    await until(async () => await rendered() !== '', 'consul-template renders')
    equal((await rendered()).split('\n').map((line) => line.trim()), [
      '1-1', 'before 2', 'app', 'x', '1', '[root]', ''
    ], 'with KV v1 and v2, lists, versions and its own token')
    await put('one/x', { v: 'after', ttl: '2s' })
    await until(async () => (await rendered()).includes('after 2'), 'a lease of 2 s is read again')
    await until(async () => {
      const { json } = await call(url, 'auth/token/lookup', { method: 'POST', token, body: { token: 'short' } })
      return json.data?.last_renewal_time > 0
    }, 'the token is renewed')
    equal(await program.end(), INTERRUPTED, 'it ends when it is told to')
    ok(!/\[(WARN|ERR)\]/.test(program.lines.join('')), 'without a warning', program.lines)
  } finally {
    await program.end()
    await rm(folder, { recursive: true })
  }
}

async function tellsWhatIsMissing () {
  const folder = await mkdtemp(join(tmpdir(), 'consul-template-'))
  await writeFile(join(folder, 'in'), '{{ with secret "secret/data/none" }}{{ . }}{{ end }}')
  await put('auth/token/create', { id: 'short', policies: ['root'], ttl: '60s' })
  const { exit, lines } = consulTemplate(folder, '-once', '-vault-renew-token=false')
  ok(await exit !== 0, 'a secret that is not there ends it')
  ok(lines.join('').includes('no secret exists at secret/data/none'), 'and it says so', lines)
  await rm(folder, { recursive: true })
}

await run(prepare, follows, tellsWhatIsMissing)
