// The command line and the environment: every option, what wins over what, what is refused and how.
import t from 'tap'
import { readOptions } from '../../../src/command/options/index.js'
import type { Options } from '../../../src/command/options/index.js'
import { environmentVariable, isSwitch } from '../../../src/command/options/definition.js'
import { DEFINITIONS } from '../../../src/command/options/table.js'

function read (line: string, environment: Record<string, string> = {}): Options {
  const options = readOptions(line.split(' ').filter(Boolean), environment)
  if ('problem' in options) throw new Error(options.problem)
  return options
}

function problem (line: string, environment: Record<string, string> = {}): string | undefined {
  const options = readOptions(line.split(' ').filter(Boolean), environment)
  return 'problem' in options ? options.problem : undefined
}

t.test('without flags it is one ready node on 8200 and three Nomad servers', async (t) => {
  t.match(read(''), {
    command: 'server',
    listen: { host: '127.0.0.1', port: 8200 },
    nodes: 1,
    rootToken: 'root',
    profile: 'documented',
    edition: 'ent',
    time: 'live',
    timeScale: 1,
    prometheus: true,
    control: true,
    nomad: true,
    nomadListen: { host: '127.0.0.1', port: 4646 },
    nomadServers: 3
  })
})

t.test('values are read by their kind', async (t) => {
  const options = read('--listen [::1]:0 --node-ids a,b,c --api-addr http://a:1/,https://b:2 --time-scale 0.5 --seed 7 --nomad-acl')
  t.same(options.listen, { host: '::1', port: 0 })
  t.same(options.nodeIds, ['a', 'b', 'c'])
  t.same(options.apiAddr, ['http://a:1', 'https://b:2'])
  t.match(options, { nodes: 3, timeScale: 0.5, seed: 7, nomadAcl: true })
})

t.test('switches named no-… switch off', async (t) => {
  t.match(read('--no-nomad --no-control'), { nomad: false, control: false })
  t.match(read('', { VAULT_MOCK_NO_NOMAD: '1' }), { nomad: false, control: true })
  t.match(read('--no-nomad=false'), { nomad: true })
})

t.test('a port of 0 and no address for Nomad: a free one there, too', async (t) => {
  t.same(read('--listen 127.0.0.1:0').nomadListen.port, 0)
  t.same(read('--listen 127.0.0.1:0 --nomad-listen 127.0.0.1:4747').nomadListen.port, 4747)
})

t.test('every option has an environment twin', async (t) => {
  for (const [name, definition] of DEFINITIONS.filter(([, each]) => isSwitch(each))) {
    t.equal(read('', { [environmentVariable(definition)]: 'true' })[name], !definition.flag.startsWith('no-'), name)
  }
  t.match(read('', { VAULT_MOCK_ROOT_TOKEN: 'abc', VAULT_MOCK_NODES: '3', VAULT_MOCK_LISTEN: ':80' }), { rootToken: 'abc', nodes: 3, listen: { host: '0.0.0.0', port: 80 } })
})

t.test('a flag wins over the environment, ours over the real binaries\'; empty is unset', async (t) => {
  const environment = { VAULT_MOCK_ROOT_TOKEN: 'ours', BAO_DEV_ROOT_TOKEN_ID: 'bao', VAULT_DEV_ROOT_TOKEN_ID: 'vault' }
  t.equal(read('--root-token flag', environment).rootToken, 'flag')
  t.equal(read('', environment).rootToken, 'ours')
  t.equal(read('', { ...environment, VAULT_MOCK_ROOT_TOKEN: '' }).rootToken, 'bao')
  t.equal(read('', { VAULT_DEV_ROOT_TOKEN_ID: 'vault' }).rootToken, 'vault')
})

t.test('the real binary\'s command line', async (t) => {
  const options = read('server -dev -dev-root-token-id=myroot -dev-listen-address=0.0.0.0:1234 -log-level debug')
  t.match(options, { command: 'server', dev: true, rootToken: 'myroot', listen: { host: '0.0.0.0', port: 1234 }, logLevel: 'debug' })
  t.match(read('server --dev -dev-tls'), { tls: true })
  t.equal(read('', { VAULT_DEV_LISTEN_ADDRESS: '0.0.0.0:99' }).listen.port, 99)
})

t.test('what was given is told from what is a default', async (t) => {
  t.same([...read('--nodes 2 --no-nomad').given].sort(), ['nodes', 'nomad'])
})

t.test('each mistake is told in one line', async (t) => {
  const mistakes: ReadonlyArray<readonly [string, string]> = [
    ['--lisen x', 'unknown flag --lisen; see --help'],
    ['--listen', '--listen needs a value: --listen HOST:PORT'],
    ['--listen --tls', '--listen needs a value: --listen HOST:PORT'],
    ['--listen 8200', '--listen must be HOST:PORT with a port from 0 to 65535, not "8200"'],
    ['--listen a:70000', '--listen must be HOST:PORT with a port from 0 to 65535, not "a:70000"'],
    ['--nodes 0', '--nodes must be a whole number from 1 to 99, not "0"'],
    ['--nodes 1.5', '--nodes must be a whole number from 1 to 99, not "1.5"'],
    ['--profile vault', '--profile must be documented, vault-1.14, vault-1.21 or openbao-2.5, not "vault"'],
    ['--time-scale -1', '--time-scale needs a value: --time-scale X'],
    ['--time-scale=-1', '--time-scale must be a number greater than 0, at most 1000000, not "-1"'],
    ['--tls=maybe', '--tls must be true or false, not "maybe"'],
    ['--node-ids a,a', '--node-ids must be different names, separated by commas, not "a,a"'],
    ['--nodes 2 --node-ids a', '--node-ids names 1 nodes, --nodes 2'],
    ['--api-addr here', '--api-addr must be auto, or http(s) URLs, separated by commas, not "here"'],
    ['--tls-cert-file a', '--tls-cert-file and --tls-key-file go together'],
    ['--listen :65535', '--listen leaves no room for the ports of 1 nodes below 65536'],
    ['status', 'unknown command "status"; there are server, healthcheck, ctl, conformance, vault, completion, version and help'],
    ['server twice', 'unexpected argument "twice"']
  ]
  for (const [line, words] of mistakes) t.equal(problem(line), words, line)
  t.equal(problem('', { VAULT_MOCK_NODES: 'x' }), 'VAULT_MOCK_NODES must be a whole number from 1 to 99, not "x"')
})

t.test('a flag wins over every variable for the same thing', async (t) => {
  for (const variable of ['VAULT_MOCK_ROOT_TOKEN', 'VAULT_MOCK_DEV_ROOT_TOKEN_ID', 'VAULT_DEV_ROOT_TOKEN_ID']) {
    t.match(readOptions(['--root-token', 'flag'], { [variable]: 'variable' }), { rootToken: 'flag' })
    t.match(readOptions(['server', '-dev-root-token-id=flag'], { [variable]: 'variable' }), { rootToken: 'flag' })
    t.match(readOptions([], { [variable]: 'variable' }), { rootToken: 'variable' })
  }
})
