// O15: the real `vault agent` and `vault proxy`: logins that repeat themselves, templates, a process, a cache.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { call, equal, ok, run, until } from './checks.js'
import { ranFor, rendered, setStage, started, subjectOf, TEMPLATES } from './leases.js'

const { main, secure } = JSON.parse(process.env.VAULT_MOCK_SERVERS)
const VAULT = process.env.CLIENTS_VAULT
const folder = await mkdtemp(join(tmpdir(), 'vault-agent-'))
const at = (name) => JSON.stringify(join(folder, name))

/** A service account's token as the cluster makes them; nobody looks at the signature. */
function serviceAccountToken () {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const account = { namespace: 'default', serviceaccount: { name: 'app', uid: 'u1' } }
  const iat = Math.floor(Date.now() / 1000)
  const claims = { sub: 'system:serviceaccount:default:app', iat, exp: iat + 600, 'kubernetes.io': account }
  return `${part({ alg: 'RS256' })}.${part(claims)}.${Buffer.alloc(64).toString('base64url')}`
}

async function freePort () {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.on('listening', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function prepare () {
  const put = await setStage(main)
  await put('sys/auth/kubernetes', { type: 'kubernetes' })
  await put('auth/kubernetes/config', {
    kubernetes_host: 'https://kubernetes.test', kubernetes_ca_cert: await readFile(secure.caFile, 'utf8'), disable_local_ca_jwt: true
  })
  await put('auth/kubernetes/role/app', {
    bound_service_account_names: 'app', bound_service_account_namespaces: 'default', token_policies: 'app', token_ttl: '2s', token_max_ttl: '60s'
  })
  await writeFile(join(folder, 'account'), serviceAccountToken())
  await writeFile(join(folder, 'role'), (await call(main.url, 'auth/approle/role/app/role-id', { token: main.token })).json.data.role_id)
  await writeFile(join(folder, 'secret-id'), (await put('auth/approle/role/app/secret-id')).json.data.secret_id)
}

const approle = () => `method "approle" { config = {
  role_id_file_path = ${at('role')} secret_id_file_path = ${at('secret-id')} remove_secret_id_file_after_reading = false } }`
const kubernetes = () => `method "kubernetes" { config = { role = "app" token_path = ${at('account')} } }`

/** Starts `vault agent` or `vault proxy` with a configuration. */
async function program (kind, name, { url, caFile }, config) {
  const file = join(folder, `${name}.hcl`)
  await writeFile(file, `vault { address = "${url}" ${caFile === undefined ? '' : `ca_cert = "${caFile}"`} retry { num_retries = 2 } }\n${config}`)
  return started(VAULT, [kind, `-config=${file}`, '-log-level=debug'], { env: { ...process.env, HOME: folder } })
}

async function rendersAndCaches () {
  const port = await freePort()
  const templates = Object.entries(TEMPLATES)
    .map(([name, text]) => `template { contents = ${JSON.stringify(text)} destination = ${at(name)} }`)
  const agent = await program('agent', 'agent', main, `
    auto_auth { ${approle()} sink "file" { config = { path = ${at('token')} } } }
    cache {} api_proxy { use_auto_auth_token = true }
    listener "tcp" { address = "127.0.0.1:${port}" tls_disable = true }
    template_config { static_secret_render_interval = "1s" exit_on_retry_failure = true }
    ${templates.join('\n')}`)
  try {
    await until(async () => await rendered(folder, 'user') !== '', 'the agent logs in by AppRole and renders')
    const [user, certificate] = [await rendered(folder, 'user'), await subjectOf(folder, 'certificate')]
    ok(/^v-approle-app-/.test(user), 'as a user of its own name', user)
    const cached = async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/database/creds/app`)
      return [answer.headers.get('x-cache'), (await answer.json()).data.username]
    }
    const [[, made], [hit, kept]] = [await cached(), await cached()]
    equal([hit, kept], ['HIT', made], 'its cache keeps a lease')
    await call(main.url, 'secret/data/app', { method: 'POST', token: main.token, body: { data: { a: '2' } } })
    await until(async () => await rendered(folder, 'secret') === '2', 'what changes is rendered again')
    await until(async () => ![user, ''].includes(await rendered(folder, 'user')), 'a user that ends is followed by another')
    await until(async () => (await ranFor(main.url, user)).some((text) => text.startsWith('DROP ROLE')), 'and removed')
    await until(async () => await subjectOf(folder, 'certificate') !== certificate, 'a certificate is issued again')
    await until(() => agent.said().includes('renewed auth token'), 'its token is renewed')
    equal(await agent.end(), 0, 'it ends when it is told to')
    ok(!/\[ERROR\]/.test(agent.said()), 'without an error', agent.lines.filter((line) => line.includes('[ERROR]')))
  } finally {
    await agent.end()
  }
}

async function supervises () {
  const agent = await program('agent', 'supervisor', main, `
    auto_auth { ${kubernetes()} }
    template_config { exit_on_retry_failure = true }
    env_template "DB_USER" { contents = ${JSON.stringify(TEMPLATES.user)} }
    exec {
      command = ["/bin/sh", "-c", "echo started $DB_USER; trap 'exit 0' TERM; while :; do sleep 0.1; done"]
      restart_on_secret_changes = "always"
      restart_stop_signal = "SIGTERM"
    }`)
  try {
    const users = () => [...agent.said().matchAll(/^started (v-\S+)/gm)].map(([, user]) => user)
    await until(() => users().length > 0, 'the agent logs in as a service account and starts a process')
    ok(/^v-kubernet-app-/.test(users()[0]), 'with a user in its environment', users())
    await until(() => new Set(users()).size > 1, 'which it starts again with the next one')
  } finally {
    await agent.end()
  }
}

async function logsInByCertificate () {
  const openssl = promisify(execFile)
  const [key, certificate] = [join(folder, 'client.key'), join(folder, 'client.pem')]
  await openssl('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', certificate,
    '-days', '2', '-subj', '/CN=app.test', '-addext', 'extendedKeyUsage=clientAuth'
  ])
  const settings = { VAULT_ADDR: secure.url, VAULT_CACERT: secure.caFile, VAULT_TOKEN: secure.token }
  const env = { ...process.env, ...settings, HOME: folder }
  const vault = async (...args) => await openssl(VAULT, args, { env })
  await vault('auth', 'enable', 'cert')
  await vault('write', 'auth/cert/certs/app', `certificate=@${certificate}`, 'token_policies=default', 'token_ttl=2s')
  const agent = await program('agent', 'certificate', secure, `auto_auth {
    method "cert" { config = {
      name = "app" ca_cert = "${secure.caFile}" client_cert = ${at('client.pem')} client_key = ${at('client.key')} } }
    sink "file" { config = { path = ${at('by-certificate')} } } }`)
  try {
    await until(async () => await rendered(folder, 'by-certificate') !== '', 'the agent logs in by its certificate')
    const { stdout } = await vault('token', 'lookup', '-format=json', await rendered(folder, 'by-certificate'))
    equal(JSON.parse(stdout).data.display_name, 'cert-app', 'as whom the certificate names')
    await until(() => agent.said().includes('renewed auth token'), 'and is renewed')
  } finally {
    await agent.end()
  }
}

async function proxies () {
  const port = await freePort()
  const proxy = await program('proxy', 'proxy', main, `
    auto_auth { ${kubernetes()} } cache {} api_proxy { use_auto_auth_token = "force" }
    listener "tcp" { address = "127.0.0.1:${port}" tls_disable = true }`)
  const ask = async (path) => await fetch(`http://127.0.0.1:${port}/v1/${path}`).catch(() => undefined)
  try {
    await until(async () => (await ask('secret/data/app'))?.status === 200, 'the proxy asks with a token of its own')
    equal((await (await ask('auth/token/lookup-self')).json()).data.display_name, 'kubernetes-default-app', 'the service account’s')
    equal((await ask('sys/mounts')).status, 403, 'which may not everything')
  } finally {
    await proxy.end()
  }
}

await run(prepare, rendersAndCaches, supervises, logsInByCertificate, proxies)
await rm(folder, { recursive: true })
