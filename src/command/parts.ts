// Loads the parts that the bundle consists of, with what V8 made of them at an earlier start: most of a start is
// compiling. The build calls `run` in `dist/command/cli.js` and `vault.js`, which are nothing else.
import { closeSync, lstatSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'
import { armTimer } from '../sim/wall-clock.js'

interface Part { exports: unknown }

/** What a part is as a script; as a module for `require` it has run by then. */
type Run = (
  exports: unknown, require: (name: string) => unknown, part: Part, file: string, folder: string, importOther: Import
) => void
type Import = (url: string) => Promise<unknown>

/** Scripts have no `import` of their own. */
const importOther: Import = async (url) => await import(url) as unknown

/** After the busy moments of a start. */
const KEEP_AFTER_MS = 500
const WRITABLE_BY_OTHERS = 0o022

/**
 * Runs a part, and with it all those that it requires.
 *
 * @param name as `./main.cjs`
 * @param build tells a build from all others
 * @param folder of all parts
 */
export function run (name: string, build: string, folder: string): void {
  new Parts(folder, cacheFolder(build, process.env)).require(name)
}

/** The parts in a folder. */
export class Parts {
  readonly #requireOther: NodeJS.Require
  readonly #loaded = new Map<string, Part>()
  /** compiled by this process, and not yet kept, by the file that is to keep them */
  readonly #fresh = new Map<string, Script>()
  #disarm: (() => void) | undefined

  /** @param cache folder for what V8 makes of the parts; undefined to keep nothing */
  constructor (readonly folder: string, readonly cache: string | undefined) {
    this.#requireOther = createRequire(join(folder, 'parts'))
  }

  /** A part, as `./name.cjs`, or whatever else can be required. */
  readonly require = (name: string): unknown => {
    if (!name.startsWith('./')) return this.#requireOther(name)
    const known = this.#loaded.get(name)
    if (known !== undefined) return known.exports
    const part: Part = { exports: {} }
    this.#loaded.set(name, part)
    const file = join(this.folder, name)
    const runPart = this.#compiled(name, file).runInThisContext() as Run
    runPart(part.exports, this.require, part, file, this.folder, importOther)
    return part.exports
  }

  /** Writes down what was compiled. Where nothing can be written the next start compiles as this one did. */
  readonly keep = (): void => {
    const fresh = [...this.#fresh]
    this.#fresh.clear()
    try {
      for (const [file, script] of fresh) keepIn(file, script)
    } catch {}
  }

  #compiled (name: string, filename: string): Script {
    // the build sees to it that it is ASCII, which is read fastest like this
    const source = readFileSync(filename, 'latin1')
    if (this.cache === undefined) return new Script(source, { filename })
    const file = join(this.cache, `${name}.cache`)
    const cachedData = readIfThere(file)
    const script = new Script(source, { filename, cachedData })
    if (cachedData === undefined || script.cachedDataRejected === true) this.#keepLater(file, script)
    return script
  }

  /** Not at once: functions that have run by then are kept with it. */
  #keepLater (file: string, script: Script): void {
    if (this.#disarm === undefined) process.once('exit', this.keep)
    this.#disarm?.()
    this.#disarm = armTimer(KEEP_AFTER_MS, this.keep)
    this.#fresh.set(file, script)
  }
}

/** Everybody may read it, and only this user write it. Whoever reads it meanwhile finds the old one or the new one. */
function keepIn (file: string, script: Script): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o755 })
  const unfinished = `${file}.${process.pid}`
  // opened before V8 is asked, which takes a while
  const opened = openSync(unfinished, 'w', 0o644)
  try {
    writeFileSync(opened, script.createCachedData())
  } finally {
    closeSync(opened)
  }
  renameSync(unfinished, file)
}

function readIfThere (file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

/**
 * Where compiled code is kept: as Node's own cache in the folder that `NODE_COMPILE_CACHE` names, else in one of this
 * user's among the temporary files. What lies there is run, so it is not used where others may write to it.
 *
 * @returns undefined for nowhere
 */
export function cacheFolder (
  build: string, environment: Readonly<Record<string, string | undefined>>, temporary = tmpdir()
): string | undefined {
  const { NODE_COMPILE_CACHE: named = '', NODE_DISABLE_COMPILE_CACHE: isOff = '' } = environment
  if (isOff !== '') return undefined
  const name = ['vault-mock', build, process.version, process.arch, ...flags(environment)].join('-')
  if (named !== '') return join(named, name)
  const own = join(temporary, `vault-mock-compiled-${process.getuid?.() ?? 'user'}`)
  return isOnlyOurs(own) ? join(own, name) : undefined
}

/** V8 takes what it made with the same flags only. Finding out which they are takes time. */
function flags ({ NODE_OPTIONS: options = '' }: Readonly<Record<string, string | undefined>>): readonly string[] {
  if (process.execArgv.length === 0 && options === '') return []
  return [String(process.getBuiltinModule('node:v8').cachedDataVersionTag())]
}

function isOnlyOurs (folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  if (found === undefined || process.getuid === undefined) return true
  return found.isDirectory() && found.uid === process.getuid() && (found.mode & WRITABLE_BY_OTHERS) === 0
}
