// The examples, as far as they can be run here: what compose starts is played with the packed command, pytest, Go and
// Java really run where they are installed, the rest is read by its language.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { equal, ok } from '../clients/checks.js'
import { root } from './consumer.js'
import { containers } from './container.js'

const EXAMPLES = join(root, 'examples')

/** @param {string} installed folder of the installed package */
export function exampleSteps (installed) {
  const { folder, start, exec, stop } = containers(installed)

  /** What is called another name here: hosts and ports of the servers that run, and the folder for temporary files. */
  function named (text, servers) {
    const places = Object.entries(servers).flatMap(([host, { ready }]) => {
      return ready.nodes.map(({ url }, i) => ({ url, name: `http://${host}:${8200 + 2 * i}`, port: 8200 + 2 * i }))
    })
    const known = places.reduce((rest, { name, url }) => rest.replaceAll(name, url), text)
    const ports = places.reduce((rest, { port, url }) => rest.replaceAll(` ${port}`, ` ${new URL(url).port}`), known)
    return ports.replaceAll('http://vault:', 'http://127.0.0.1:').replaceAll('$$', '$').replaceAll('/tmp/', `${folder}/`)
  }

  /** Services that run no shell are servers; the one that does sets them up. */
  async function composed (file) {
    const { services } = parse(readFileSync(join(EXAMPLES, 'compose', file), 'utf8'))
    const { init, ...others } = services
    const servers = {}
    for (const [host, { command = ['server', '-dev'], environment = {} }] of Object.entries(others)) {
      const { VAULT_API_ADDR: _told, ...variables } = environment
      const at = command.indexOf('--api-addr')
      servers[host] = await start(at < 0 ? command : command.toSpliced(at, 2), variables)
    }
    const given = Object.entries(init.environment).map(([name, text]) => [name, named(text, servers)])
    const done = await exec(init.command.map((text) => named(text, servers)), Object.fromEntries(given))
    for (const server of Object.values(servers)) await stop(server)
    return done
  }

  async function compose () {
    const one = await composed('one-node.yaml')
    ok(one.code === 0 && one.out.includes('secret/data/app'), 'compose, one node: the secret is put there', one)
    const three = await composed('three-nodes.yaml')
    const peers = three.out.match(/^raft_\d .*/gm) ?? []
    equal([three.code, peers.length], [0, 3], 'compose, three nodes: all of them are in the cluster')
    const pair = await composed('dr-pair.yaml')
    ok(pair.code === 0 && /"known_secondaries": \[\s*"west"/.test(pair.out), 'compose, DR pair: east knows west', pair)
  }

  async function manifests () {
    const workflow = parse(readFileSync(join(EXAMPLES, 'github-actions/vault.yaml'), 'utf8'))
    const { ports, env } = workflow.jobs.test.services.vault
    equal([ports, env], [['8200:8200'], { VAULT_DEV_ROOT_TOKEN_ID: 'myroot' }], 'GitHub Actions: a service with a port and a token')
    const [deployment, service] = parseAllDocuments(readFileSync(join(EXAMPLES, 'kubernetes/vault.yaml'), 'utf8')).map((each) => each.toJS())
    const [{ args, startupProbe, readinessProbe, livenessProbe }] = deployment.spec.template.spec.containers
    equal([deployment.kind, service.kind], ['Deployment', 'Service'], 'Kubernetes: a deployment and a service')
    const server = await start(args.filter((arg) => !arg.startsWith('--api-addr')))
    const probes = [startupProbe, readinessProbe].map(({ httpGet }) => fetch(server.url + httpGet.path))
    equal((await Promise.all(probes)).map(({ status }) => status), [200, 200], 'its probes are answered with 200')
    const alive = await exec([...livenessProbe.exec.command, '--listen', new URL(server.url).host])
    equal([alive.code, alive.err], [0, ''], 'and by its command')
    await stop(server)
  }

  /** A program that is not there is said, not failed. */
  async function having (program, what, step) {
    if ((await exec(['sh', '-c', `command -v ${program}`])).code === 0) await step()
    else console.log(`# not checked: ${what}; there is no ${program} here`)
  }

  async function runners () {
    const VAULT_MOCK = join(folder, 'bin/vault-mock')
    const shell = (line) => exec(['sh', '-c', line], { VAULT_MOCK, HOME: process.env.HOME, PATH: process.env.PATH, TMPDIR: folder })
    await having('python3', 'pytest', async () => {
      if ((await shell('python3 -c "import pytest"')).code !== 0) return console.log('# not checked: pytest; it is not installed')
      const quietly = 'PYTHONDONTWRITEBYTECODE=1 python3 -m pytest -q -p no:cacheprovider'
      const tested = await shell(`cd ${EXAMPLES}/pytest && ${quietly} .`)
      ok(tested.code === 0 && tested.out.includes('1 passed'), 'pytest: the fixture starts a server', tested)
    })
    const hasGo = (await shell('command -v go')).code === 0
    if (hasGo) equal((await shell(`cd ${EXAMPLES}/go && go vet ./... && go test -count=1 ./...`)).code, 0, 'Go: the helper starts a server')
    else console.log('# not checked: Go; it is not installed')
    await junit(shell)
  }

  /** JUnit's libraries are not fetched for this; the helper runs without them. */
  async function junit (shell) {
    if ((await shell('command -v javac')).code !== 0) return console.log('# not checked: Java; it is not installed')
    writeFileSync(join(folder, 'Main.java'), `public class Main {
      public static void main(String[] none) throws Exception {
        try (VaultMock vault = VaultMock.start()) { System.out.println(vault.rootToken); }
      }
    }`)
    const run = await shell(`cd ${folder} && javac -d . Main.java ${EXAMPLES}/junit/VaultMock.java && java -cp . Main`)
    equal([run.code, run.out], [0, 'root\n'], 'Java: the helper starts a server')
    console.log('# not checked: JUnit itself; its libraries are not fetched')
  }

  /** No engine runs containers here; test/package/container.js plays what these modules do. */
  async function testcontainers () {
    const python = 'python3 -c "import ast,sys; ast.parse(open(sys.argv[1]).read())"'
    const checks = { js: 'node --check', py: python, go: 'gofmt -l', rs: 'rustfmt --check --edition 2021' }
    for (const name of readdirSync(join(EXAMPLES, 'testcontainers'))) {
      const check = checks[name.split('.').at(-1)]
      const known = check !== undefined && (await exec(['sh', '-c', `command -v ${check.split(' ')[0]}`], { PATH: process.env.PATH })).code === 0
      if (!known) console.log(`# not checked: examples/testcontainers/${name}; nothing here reads it alone`)
      else {
        const read = await exec(['sh', '-c', `${check} ${join(EXAMPLES, 'testcontainers', name)}`], { PATH: process.env.PATH, HOME: process.env.HOME })
        equal([read.code, read.out], [0, ''], `Testcontainers: ${name} is read by its language`)
      }
    }
  }

  return [compose, manifests, runners, testcontainers]
}
