// O15: consul-template with leases that are renewed, end and are issued again.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { call, equal, ok, run, until } from './checks.js'
import { ranFor, rendered, setStage, started, subjectOf, TEMPLATES } from './leases.js'

const { main } = JSON.parse(process.env.VAULT_MOCK_SERVERS)
/** how it says that a signal ended it */
const INTERRUPTED = 12

async function prepare () {
  const put = await setStage(main)
  await put('auth/token/create', { id: 'short', policies: ['app'], ttl: '4s' })
}

async function consulTemplate (folder) {
  const templates = []
  for (const [name, text] of Object.entries(TEMPLATES)) {
    await writeFile(join(folder, `${name}.in`), text)
    templates.push('-template', `${join(folder, `${name}.in`)}:${join(folder, name)}`)
  }
  const env = { ...process.env, VAULT_TOKEN: 'short', HOME: folder }
  return started(process.env.CONSUL_TEMPLATE, ['-vault-addr', main.url, '-vault-retry-attempts=2', ...templates], { env })
}

async function follows () {
  const folder = await mkdtemp(join(tmpdir(), 'consul-template-'))
  const program = await consulTemplate(folder)
  try {
    await until(async () => await rendered(folder, 'user') !== '', 'it renders')
    const first = await rendered(folder, 'user')
    const [certificate, password] = [await subjectOf(folder, 'certificate'), await rendered(folder, 'rotated')]
    ok(certificate.includes('a.example.com'), 'a certificate', certificate)
    await until(async () => (await ranFor(main.url, first)).filter((text) => text.includes('VALID UNTIL')).length > 1, 'a user is renewed')
    await until(async () => ![first, ''].includes(await rendered(folder, 'user')), 'after its longest life there is another user')
    await until(async () => (await ranFor(main.url, first)).some((text) => text.startsWith('DROP ROLE')), 'the one before is removed')
    await until(async () => await subjectOf(folder, 'certificate') !== certificate, 'a certificate is issued again before it ends')
    await until(async () => await rendered(folder, 'rotated') !== password, 'a password that was rotated is read again')
    const { json } = await call(main.url, 'auth/token/lookup', { method: 'POST', token: main.token, body: { token: 'short' } })
    ok(json.data?.last_renewal_time > 0, 'its own token was renewed', json)
    const last = await rendered(folder, 'user')
    equal(await program.end(), INTERRUPTED, 'it ends when it is told to')
    await until(async () => (await ranFor(main.url, last)).some((text) => text.startsWith('DROP ROLE')), 'what nobody renews ends by itself')
    ok(!/\[ERR\]/.test(program.said()), 'without an error', program.lines)
  } finally {
    await program.end()
    await rm(folder, { recursive: true })
  }
}

await run(prepare, follows)
