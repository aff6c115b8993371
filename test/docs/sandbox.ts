// Where snippets are run: a folder and servers of their own, and stand-ins for the programs that start them.
import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { bundle } from '../../scripts/build.js'
import { openWorld, type OpenOptions, type RunningWorld } from '../../src/index.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const STAND_IN = fileURLToPath(new URL('stand-in.js', import.meta.url))
const PROGRAMS = ['npm', 'npx', 'docker', 'vault', 'vault-mock']
const TIMEOUT_MS = 100_000
/** A snippet whose request fails has failed. */
const CURL = 'silent\nshow-error\nfail\n'

/** Servers that snippets name by a variable. */
const FRESH = { fixture: 'uninitialized' } as const
const SERVERS: Readonly<Record<string, OpenOptions>> = {
  EAST: {},
  WEST: {},
  FRESH: { ...FRESH, profile: 'vault-1.14', edition: 'ce' },
  ONE: FRESH,
  OTHER: FRESH
}

/** Builds the package into a folder of its own, which goes with the test. */
export async function buildPackage (t: Test): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'vault-mock-package-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  for (const name of ['package.json', 'conformance', 'node_modules']) symlinkSync(join(ROOT, name), join(folder, name))
  await bundle(join(folder, 'dist'))
  return folder
}

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** What snippets see: nodes where the usual ports are, a home, programs. */
export class Sandbox {
  readonly #folder = mkdtempSync(join(tmpdir(), 'vault-mock-docs-'))
  readonly #worlds: RunningWorld[] = []

  readonly #package: string

  /** @param packageFolder of `buildPackage` */
  constructor (t: Test, packageFolder: string) {
    this.#package = packageFolder
    t.teardown(async () => {
      await Promise.all(this.#worlds.map((world) => world.close()))
      rmSync(this.#folder, { recursive: true, force: true })
    })
    const programs = join(this.#folder, 'programs')
    mkdirSync(programs)
    chmodSync(STAND_IN, 0o755)
    for (const name of PROGRAMS) symlinkSync(STAND_IN, join(programs, name))
    writeFileSync(join(this.#folder, '.curlrc'), CURL)
  }

  /** Lines for the shell. Three voters are where they are by default, others where their variables say. */
  async shell (text: string): Promise<Outcome> {
    const environment: Record<string, string> = { VAULT_TOKEN: 'root' }
    for (const [name, options] of Object.entries(SERVERS)) {
      if (text.includes(`$${name}`)) environment[name] = (await this.#urls(options))[0] ?? ''
    }
    const nodes = /127\.0\.0\.1:820|VAULT_ADDR| ctl |^vault /m.test(text) ? await this.#urls({ nodes: 3 }) : []
    const here = text.replace(/http:\/\/127\.0\.0\.1:820([024])/g, (_all, port: string) => nodes[Number(port) / 2] ?? '')
    return await this.#run('bash', ['-euo', 'pipefail', '-c', here], { VAULT_ADDR: nodes[0] ?? '', ...environment })
  }

  /** A module, or with `require` a script, that imports the package by its name. */
  async script (text: string): Promise<Outcome> {
    const ending = /\brequire\(/.test(text) ? 'cjs' : 'mjs'
    // within the package its own name leads to what was built
    const file = join(this.#package, `${basename(this.#folder)}.${ending}`)
    writeFileSync(file, text)
    return await this.#run(process.execPath, [file])
  }

  async #urls (options: OpenOptions): Promise<string[]> {
    const world = await openWorld({ time: 'live', ...options })
    this.#worlds.push(world)
    return world.nodes.map(({ url }) => url ?? '')
  }

  async #run (program: string, args: string[], environment: Record<string, string> = {}): Promise<Outcome> {
    const PATH = `${join(this.#folder, 'programs')}:${process.env.PATH ?? ''}`
    const own = { HOME: this.#folder, TMPDIR: this.#folder, DOCS_PACKAGE: this.#package, PATH }
    const env = { ...process.env, ...own, ...environment }
    return await new Promise((resolve) => {
      execFile(program, args, { cwd: ROOT, env, timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr })
      })
    })
  }
}
