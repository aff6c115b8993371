// Finds Python, Go and Java and installs the pinned clients; where one is missing, says why.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const here = fileURLToPath(new URL('.', import.meta.url))
const PYTHON_CLIENTS = ['hvac==2.4.0', 'vaultx==0.0.5', 'python-nomad==2.1.0']
const SUITE = 'hvac==2.4.0'
const SUITE_CLIENTS = [
  SUITE, 'pytest==7.4.4', 'pytest-xdist==3.8.0', 'pytest-mock==3.17.0', 'parameterized==0.8.1', 'pyhcl==0.4.5', 'packaging==23.2',
  'requests-mock==1.12.1', 'jwcrypto==1.6.1', 'python-ldap-test==0.3.1', 'Authlib==1.9.9', 'Flask==2.3.3', 'Flask-SQLAlchemy==3.1.1',
  'Werkzeug==3.1.9', 'greenlet==3.5.6'
]
const PLAYBOOK_CLIENTS = ['ansible-core==2.19.14', 'hvac==2.4.0']
/** its wheel holds the collections, community.hashi_vault among them */
const COLLECTIONS = 'ansible==12.3.0'
const COLLECTION = 'ansible_collections/community/hashi_vault'
const CONSUL_TEMPLATE = 'github.com/hashicorp/consul-template@v0.41.1'
const SPRING_VAULT = 'org.springframework.vault:spring-vault-core:3.2.0'

/** @returns the program to run, or why it cannot be run */
export async function preparePython (file) {
  return await withPython(PYTHON_CLIENTS, {}, (environment) => pythonProgram(environment, file))
}

/** hvac with the tests that its source distribution has, and what these import. */
export async function prepareHvacSuite (file, ...folders) {
  return await withPython(SUITE_CLIENTS, { more: [SUITE], then: takeSuite }, (environment) => {
    const program = pythonProgram(environment, file)
    const suite = join(environment, SUITE.replace('==', '-'))
    const args = [...program.args, ...folders]
    return { ...program, args, env: { ...program.env, HVAC_SUITE: suite, NODE: process.execPath } }
  })
}

async function takeSuite (environment) {
  await pip(environment, 'download', '--no-deps', '--no-binary', ':all:', '--dest', environment, SUITE)
  const archive = join(environment, `${SUITE.replace('==', '-')}.tar.gz`)
  await run('tar', ['-xzf', archive, '-C', environment])
  await rm(archive)
}

/** Ansible with the one collection that is asked for: all of them are ten times as much. */
export async function prepareAnsible (file) {
  return await withPython(PLAYBOOK_CLIENTS, { more: [COLLECTIONS], then: takeCollection }, (environment) => {
    const program = pythonProgram(environment, file)
    return { ...program, env: { ...program.env, ANSIBLE_COLLECTIONS_PATH: join(environment, 'collections') } }
  })
}

function pythonProgram (environment, file) {
  return { command: join(environment, 'bin/python'), args: ['-u', file], env: { PYTHONDONTWRITEBYTECODE: '1' } }
}

async function withPython (packages, { more = [], then }, program) {
  if (!await answers('python3', '--version')) return { missing: 'there is no python3' }
  return await kept([...packages, ...more], async (building) => {
    await run('python3', ['-m', 'venv', building])
    // Python finds its packages wherever the folder lies, its programs by the python that starts them
    await pip(building, 'install', ...packages)
    await then?.(building)
  }, program)
}

async function pip (environment, command, ...args) {
  await run(join(environment, 'bin/python'), ['-m', 'pip', command, '--quiet', '--disable-pip-version-check', ...args])
}

async function takeCollection (environment) {
  const wheels = join(environment, 'wheels')
  await pip(environment, 'download', '--no-deps', '--dest', wheels, COLLECTIONS)
  const take = 'import glob, sys, zipfile\nwith zipfile.ZipFile(glob.glob(sys.argv[1] + "/*.whl")[0]) as wheel:\n' +
    '    wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if name.startswith(sys.argv[3] + "/")])'
  await run('python3', ['-c', take, wheels, join(environment, 'collections'), COLLECTION])
  await rm(wheels, { recursive: true })
}

/** Consul Template itself, built of its own module; the script is told where it is. */
export async function prepareConsulTemplate (file) {
  if (!await answers('go', 'version')) return { missing: 'there is no go' }
  return await kept([CONSUL_TEMPLATE], async (building) => {
    await run('go', ['install', CONSUL_TEMPLATE], { env: { ...process.env, GOBIN: building, GOFLAGS: '-mod=readonly' } })
  }, (folder) => ({ command: process.execPath, args: [file], env: { CONSUL_TEMPLATE: join(folder, 'consul-template') } }))
}

/** The real `vault`, which is not installed for this: it is a program of its own; the script is told where it is. */
export async function prepareVault (file) {
  const program = process.env.CLIENTS_VAULT ?? 'vault'
  const { stdout = '' } = await run(program, ['version']).catch(() => ({}))
  if (!stdout.startsWith('Vault v')) return { missing: 'there is no vault: CLIENTS_VAULT names the real one' }
  return { command: process.execPath, args: [file], env: { CLIENTS_VAULT: program } }
}

/** Spring Vault and what it needs; Java compiles the one file itself. */
export async function prepareSpring (file) {
  if (!await answers('java', '-version') || !await answers('mvn', '-version')) return { missing: 'there is no Java, or no Maven' }
  return await kept([SPRING_VAULT], async (building) => {
    await writeFile(join(building, 'pom.xml'), pomOf(SPRING_VAULT))
    await run('mvn', ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${building}`], { cwd: building })
  }, (folder) => ({ command: 'java', args: ['-cp', join(folder, '*'), file] }))
}

function pomOf (coordinates) {
  const [group, artifact, version] = coordinates.split(':')
  const project = '<modelVersion>4.0.0</modelVersion><groupId>clients</groupId><artifactId>clients</artifactId><version>1</version>'
  const dependency = `<groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>`
  return `<project>${project}<dependencies><dependency>${dependency}</dependency></dependencies></project>`
}

/**
 * What is installed once and kept between runs: the folder is named after what is in it, and only a complete one gets
 * the name.
 */
async function kept (packages, install, program) {
  const name = shortened(packages.join('-').replace(/[^\w.-]/g, ''))
  const folder = join(tmpdir(), `vault-mock-clients-${process.getuid?.() ?? ''}-${name}`)
  try {
    if (!existsSync(folder)) await build(folder, install)
  } catch (error) {
    return { missing: `${packages.join(', ')} cannot be installed: ${lastLine(error)}` }
  }
  return program(folder)
}

/** Names of folders have an end; the beginning says what it is, the digest that it is this very list. */
function shortened (name) {
  return name.length <= 200 ? name : `${name.slice(0, 60)}-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`
}

async function build (folder, install) {
  const building = `${folder}.${process.pid}`
  await mkdir(building, { recursive: true })
  try {
    await install(building)
    await rename(building, folder)
  } finally {
    await rm(building, { recursive: true, force: true })
  }
}

/** @returns the program to run, or why it cannot be run */
export async function prepareGo (directory) {
  if (!await answers('go', 'version')) return { missing: 'there is no go' }
  const program = join(tmpdir(), `vault-mock-${directory.replace(/\W/g, '')}-${process.pid}`)
  const env = { ...process.env, GOFLAGS: '-mod=readonly', GOTOOLCHAIN: 'local' }
  try {
    await run('go', ['mod', 'download'], { cwd: here, env })
  } catch (error) {
    return { missing: `the Go clients cannot be installed: ${lastLine(error)}` }
  }
  await run('go', ['build', '-o', program, directory], { cwd: here, env })
  process.on('exit', () => { rm(program, { force: true }).catch(() => {}) })
  return { command: program, args: [] }
}

async function answers (command, ...args) {
  return await run(command, args).then(() => true, () => false)
}

function lastLine (error) {
  return String(error.stderr || error.message).trim().split('\n').at(-1)
}
