// Finds Python and Go and installs the pinned clients; where one is missing, says why.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const here = fileURLToPath(new URL('.', import.meta.url))
const PYTHON_CLIENTS = ['hvac==2.4.0', 'vaultx==0.0.5', 'python-nomad==2.1.0']

/** The folder is named after what is in it, so that it can be kept between runs. */
const environment = join(tmpdir(), `vault-mock-clients-${process.getuid?.() ?? ''}-${PYTHON_CLIENTS.join('-').replace(/[^\w.-]/g, '')}`)

/** @returns the program to run, or why it cannot be run */
export async function preparePython (file) {
  if (!await answers('python3', '--version')) return { missing: 'there is no python3' }
  try {
    if (!existsSync(environment)) await makeEnvironment()
  } catch (error) {
    return { missing: `the Python clients cannot be installed: ${lastLine(error)}` }
  }
  return { command: join(environment, 'bin/python'), args: ['-u', file], env: { PYTHONDONTWRITEBYTECODE: '1' } }
}

async function makeEnvironment () {
  const building = `${environment}.${process.pid}`
  await mkdir(building, { recursive: true })
  try {
    await run('python3', ['-m', 'venv', building])
    await run(join(building, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PYTHON_CLIENTS])
    // only a complete one gets the name; Python finds its packages wherever the folder lies
    await rename(building, environment)
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
