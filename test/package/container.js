// What happens in a container, without one: the entry point of the image, the names that it links, a folder for
// temporary files that cannot be written, process 1. Testcontainers' modules are played step by step.
import { execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { equal, ok } from '../clients/checks.js'

const execute = promisify(execFile)
const ENTRY_POINT = fileURLToPath(new URL('../../docker-entrypoint.sh', import.meta.url))
const STARTED = '==> Vault server started! Log data will stream in below:'

/**
 * Starts and calls what the image links, from the installed package.
 *
 * @param {string} installed folder of the installed package
 */
export function containers (installed) {
  const folder = mkdtempSync(join(tmpdir(), 'vault-mock-container-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  symlinkSync(join(installed, 'dist/command/cli.js'), join(bin, 'vault-mock'))
  for (const name of ['vault', 'bao']) symlinkSync(join(installed, 'dist/command/vault.js'), join(bin, name))
  const PATH = `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`
  // nothing can be written but the home folder, as with a read-only root file system
  const base = { PATH, HOME: folder, TMPDIR: join(folder, 'nowhere'), VAULT_DEV_LISTEN_ADDRESS: '127.0.0.1:0', VAULT_MOCK_NO_NOMAD: 'true' }

  /** The container's command, until it says that it is ready; `before` stands in front of the entry point. */
  async function start (args, environment = {}, before = []) {
    const [program, ...rest] = [...before, ENTRY_POINT, ...args]
    const child = spawn(program, rest, { env: { ...base, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
    const gone = new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)))
    let errors = ''
    child.stderr.on('data', (bytes) => { errors += bytes })
    let ready
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith('{"event":"ready"')) ready = JSON.parse(line)
      if (line === STARTED) return { child, gone, ready, url: ready.nodes[0].url, errors: () => errors }
    }
    throw new Error(`the server did not start: ${errors}`)
  }

  /** `docker exec`, with the variables of the container. */
  async function exec (args, environment) {
    const [program, ...rest] = args
    const done = await execute(program, rest, { env: { ...base, ...environment }, cwd: folder }).catch((error) => error)
    return { code: done.code ?? 0, out: done.stdout, err: done.stderr }
  }

  async function stop ({ child, gone }) {
    child.kill('SIGTERM')
    return await gone
  }

  return { folder, start, exec, stop }
}

/** @param {string} installed folder of the installed package */
export function containerSteps (installed) {
  const { folder, start, exec, stop } = containers(installed)
  const status = async (url) => (await fetch(`${url}/v1/sys/health`)).status

  /** Node and Go: a wait for health, then `/bin/sh -c` with `vault` before each command; Go repeats it until 0. */
  async function nodeAndGo () {
    const variables = { VAULT_DEV_ROOT_TOKEN_ID: 'my-root-token', VAULT_TOKEN: 'my-root-token' }
    const server = await start(['server', '-dev'], variables)
    equal(await status(server.url), 200, 'Testcontainers for Node and Go: the wait for health ends')
    const commands = ['secrets enable -path=more kv', 'auth enable userpass', 'write auth/userpass/users/guest password=password', 'kv put secret/my-secret value=123']
    const line = commands.map((command) => `vault ${command}`).join(' && ')
    const done = await exec(['/bin/sh', '-c', line], { ...variables, VAULT_ADDR: server.url.replace('127.0.0.1', '0.0.0.0') })
    equal([done.code, done.err], [0, ''], 'and their init commands succeed')
    ok(done.out.includes('Success! Enabled the kv secrets engine at: more/'), 'saying so', done.out)
    const answer = await fetch(`${server.url}/v1/secret/data/my-secret`, { headers: { 'X-Vault-Token': 'my-root-token' } })
    equal((await answer.json()).data.data, { value: '123' }, 'and have done it')
    equal(await stop(server), 0, 'SIGTERM: exit 0')
  }

  /** Java: `withSecretInVault` is one line of `vault kv put`; its log level is a variable. */
  async function java () {
    const variables = { VAULT_DEV_ROOT_TOKEN_ID: 'token', VAULT_TOKEN: 'token', VAULT_LOG_LEVEL: 'err' }
    const server = await start([], variables)
    equal(await status(server.url), 200, 'Testcontainers for Java: the wait for health ends')
    const line = 'vault kv put secret/testing top_secret=password123 db_password=dbpassword1 && vault kv put secret/second a=b'
    const done = await exec(['/bin/sh', '-c', line], { ...variables, VAULT_ADDR: server.url })
    equal([done.code, done.out.includes('secret/data/testing')], [0, true], 'withSecretInVault succeeds')
    const read = await exec(['vault', 'kv', 'get', '-format=json', 'secret/testing'], { ...variables, VAULT_ADDR: server.url })
    equal(JSON.parse(read.out).data.data, { top_secret: 'password123', db_password: 'dbpassword1' }, 'and kv get shows it')
    equal(server.errors(), '', 'the log level err is known')
    await stop(server)
    for (const level of ['notice', 'warning']) await stop(await start(['server', '-dev'], { VAULT_LOG_LEVEL: level }))
    ok(true, 'and so are notice and warning')
  }

  /** Python: a token, and health; Rust: a line on standard output. */
  async function pythonAndRust () {
    const server = await start(['server', '-dev'], { VAULT_DEV_ROOT_TOKEN_ID: 'toor' })
    const self = await fetch(`${server.url}/v1/auth/token/lookup-self`, { headers: { 'X-Vault-Token': 'toor' } })
    equal([await status(server.url), self.status], [200, 200], 'Testcontainers for Python: health, and the root token works')
    equal(await stop(server), 0, 'Testcontainers for Rust: the line "Vault server started!" came on standard output')
  }

  async function commands () {
    const forms = [['-dev-root-token-id=a'], ['server', '-dev', '-dev-kv-v1'], ['vault', 'server', '-dev', '-dev-no-kv'], ['vault-mock', '--dev-ha'],
      ['server', '-dev', '-dev-three-node'], ['server', '-dev', '-dev-latency=5'], ['server', '-dev', '-log-format=json', '-log-level=trace']]
    const mounts = []
    for (const form of forms) {
      const server = await start(form)
      const { ready, url } = server
      const answer = await fetch(`${url}/v1/sys/mounts`, { headers: { 'X-Vault-Token': ready.rootToken } })
      mounts.push([ready.nodes.length, (await answer.json()).data['secret/']?.options?.version])
      await stop(server)
    }
    equal(mounts, [[1, '2'], [1, '1'], [1, undefined], [1, '2'], [3, '2'], [1, '2'], [1, '2']], 'what the container may be told to run')
    equal((await exec([ENTRY_POINT, 'sh', '-c', 'echo "$((1 + 1))"'])).out, '2\n', 'any other program')
    equal((await exec([ENTRY_POINT, 'version'])).out, (await exec(['vault-mock', '--version'])).out, 'version')
    equal((await exec([ENTRY_POINT, 'status'], { VAULT_ADDR: 'http://127.0.0.1:1' })).code, 1, 'a command of the client')
    equal((await exec(['bao', 'version'])).out.startsWith('OpenBao v'), true, 'bao')
    const config = '{"storage": {"file": {"path": "/vault/file"}}, "listener": [{"tcp": {"address": "127.0.0.1:0", "tls_disable": true}}], "ui": true}'
    const configured = await start(['server'], { VAULT_LOCAL_CONFIG: config })
    equal(await status(configured.url), 501, 'VAULT_LOCAL_CONFIG: the server waits to be initialised')
    const init = await exec(['vault', 'operator', 'init', '-n', '1', '-t', '1', '-format=json'], { VAULT_ADDR: configured.url })
    const [key] = JSON.parse(init.out).unseal_keys_b64
    equal((await exec(['vault', 'operator', 'unseal', key], { VAULT_ADDR: configured.url })).code, 0, 'and an init script can do that')
    ok(/not simulated, so without effect: storage "file"/.test(configured.errors()), 'one warning names what is not simulated', configured.errors())
    await stop(configured)
  }

  async function files () {
    const certificates = join(folder, 'certificates')
    const json = join(folder, 'cluster.json')
    const server = await start(['server', '-dev', `-dev-tls-cert-dir=${certificates}`, `-dev-cluster-json=${json}`])
    const { nodes, ca_cert_path: ca, root_token: token } = JSON.parse((await exec(['cat', json])).out)
    equal([nodes, ca, token], [[{ api_address: server.url }], join(certificates, 'vault-ca.pem'), 'root'], '-dev-cluster-json')
    const seen = await exec(['vault', 'status', '-format=json'], { VAULT_ADDR: server.url, VAULT_CACERT: ca })
    equal([seen.code, JSON.parse(seen.out).sealed], [0, false], '-dev-tls-cert-dir, and VAULT_CACERT in the client')
    const refused = await exec(['vault', 'status'], { VAULT_ADDR: server.url })
    ok(refused.code === 1 && refused.err.includes('x509: certificate signed by unknown authority'), 'without it the certificate is refused', refused)
    equal((await exec(['vault', 'status'], { VAULT_ADDR: server.url, VAULT_SKIP_VERIFY: 'true' })).code, 0, 'VAULT_SKIP_VERIFY')
    await stop(server)
  }

  /** In a process name space of its own; where the kernel does not give one, this is said. */
  async function firstProcess () {
    const before = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child']
    if ((await exec([...before, 'true'])).code !== 0) {
      console.log('# not checked: process 1; there are no name spaces here')
      return
    }
    const server = await start(['server', '-dev', '-dev-tls'], { TMPDIR: folder }, before)
    const [pid] = (await exec(['pgrep', '-P', String(server.child.pid)])).out.trim().split('\n')
    const port = new URL(server.url).port
    const inside = ['nsenter', '--target', pid, '--pid', '--mount']
    const healthy = await exec([...inside, 'vault-mock', 'healthcheck'], { VAULT_DEV_LISTEN_ADDRESS: `127.0.0.1:${port}` })
    equal([healthy.code, healthy.err], [0, ''], 'the health check follows the flags of process 1: -dev-tls')
    const asked = await exec([...inside, 'vault-mock', 'healthcheck', '--listen', `127.0.0.1:${port}`])
    equal(asked.code, 1, 'unless it has its own')
    await exec([...inside, 'kill', '-TERM', '1'])
    equal(await server.gone, 0, 'SIGTERM ends process 1, with exit 0')
  }

  /** Init scripts call it often. */
  async function quick () {
    const server = await start(['server', '-dev'])
    const times = []
    for (let i = 0; i < 5; i++) {
      const startedAt = performance.now()
      await exec(['vault', 'status'], { VAULT_ADDR: server.url })
      times.push(performance.now() - startedAt)
    }
    console.log(`# vault status: ${Math.min(...times).toFixed(0)} ms at best`)
    ok(Math.min(...times) < 1000, 'the client answers within a second', times)
    await stop(server)
  }

  return [nodeAndGo, java, pythonAndRust, commands, files, firstProcess, quick]
}
