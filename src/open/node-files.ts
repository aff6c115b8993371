// The real files behind the port of src/cluster/files.ts: below one folder, as in a changed root.
import { appendFileSync, closeSync, constants, fstatSync, mkdirSync, openSync, realpathSync, type Stats } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve, sep } from 'node:path'
import type { Files } from '../cluster/files.js'
import { randomSeed } from '../sim/random.js'

const { O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_TRUNC, O_WRONLY } = constants
/** Not through a link, and without waiting for whoever reads a pipe. */
const WRITE = O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK
const FILE_MODE = 0o600
const FOLDER_MODE = 0o700

export interface NodeFilesOptions {
  /** where clients' files lie, `/` for where they say; by default a folder that goes with the server */
  readonly folder?: string | undefined
  /** called at the first write */
  readonly onFirstWrite?: ((folder: string, file: string) => void) | undefined
}

/** Files of clients in a folder of the machine. */
export class NodeFiles implements Files {
  /** absolute; it is made at the first write */
  readonly folder: string
  readonly #isOurs: boolean
  readonly #onFirstWrite: NodeFilesOptions['onFirstWrite']
  /** where files lie by the paths that clients name: links are followed once */
  readonly #places = new Map<string, string>()
  #root: string | undefined
  #closed = false
  #stdoutLost: Error | undefined
  #stdoutWatched = false

  constructor ({ folder, onFirstWrite }: NodeFilesOptions = {}) {
    this.#isOurs = folder === undefined
    this.folder = resolve(folder ?? join(tmpdir(), `vault-mock-files-${process.pid}-${randomSeed().toString(36)}`))
    this.#onFirstWrite = onFirstWrite
  }

  append (file: string, text: string): void {
    const descriptor = this.#open(file)
    try {
      requireFile(file, fstatSync(descriptor))
      appendFileSync(descriptor, text)
    } finally {
      closeSync(descriptor)
    }
  }

  /** A reader that is gone is an error of this call or a later one, and never ends the process. */
  print (text: string): void {
    if (!this.#stdoutWatched) {
      this.#stdoutWatched = true
      process.stdout.on('error', (error) => { this.#stdoutLost = error })
    }
    if (this.#stdoutLost !== undefined) throw this.#stdoutLost
    process.stdout.write(text)
  }

  async write (file: string, bytes: Uint8Array): Promise<void> {
    const handle = await open(this.#place(file), WRITE | O_TRUNC, FILE_MODE)
    try {
      requireFile(file, await handle.stat())
      await handle.writeFile(bytes)
    } finally {
      await handle.close()
    }
  }

  async remove (file: string): Promise<void> {
    await rm(this.#place(file))
  }

  /** Removes the folder, unless it is the user's own. */
  async close (): Promise<void> {
    this.#closed = true
    if (this.#isOurs && this.#root !== undefined) await rm(this.#root, { recursive: true, force: true })
  }

  /** The folders may have gone since the last time. */
  #open (file: string): number {
    try {
      return openSync(this.#place(file), WRITE | O_APPEND, FILE_MODE)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || !this.#places.delete(file)) throw error
      return openSync(this.#place(file), WRITE | O_APPEND, FILE_MODE)
    }
  }

  #place (file: string): string {
    if (this.#closed) throw new Error('the server is closed')
    let place = this.#places.get(file)
    if (place !== undefined) return place
    const first = this.#root === undefined
    this.#root ??= this.#makeRoot()
    place = placeBelow(this.#root, file)
    this.#places.set(file, place)
    if (first) this.#onFirstWrite?.(this.#root, file)
    return place
  }

  #makeRoot (): string {
    if (!this.#isOurs) return this.folder === sep ? sep : folderBelow(sep, segmentsOf(this.folder))
    // not one that somebody else has made under that name
    mkdirSync(this.folder, { mode: FOLDER_MODE })
    return realpathSync(this.folder)
  }
}

/** Where a file lies below a folder; the folders on the way are made. @throws where it would lie outside */
function placeBelow (root: string, file: string): string {
  const segments = segmentsOf(file)
  const name = segments.pop()
  if (name === undefined || segments.includes('..') || name === '..') throw new Error(`"${file}" is no path of a file`)
  return join(folderBelow(root, segments), name)
}

/** Step by step: Node's own way of making all of them never ends below /proc. */
function folderBelow (root: string, segments: readonly string[]): string {
  let folder = root
  for (const segment of segments) {
    folder = existingFolder(join(folder, segment))
    if (!isWithin(root, folder)) throw new Error(`"${segment}" leads out of ${root}`)
  }
  return folder
}

function existingFolder (path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    mkdirSync(path, { mode: FOLDER_MODE })
    return realpathSync(path)
  }
}

function segmentsOf (path: string): string[] {
  return path.split(sep === '/' ? '/' : /[\\/]/).filter((segment) => segment !== '' && segment !== '.')
}

function isWithin (root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep)
}

function requireFile (file: string, stats: Stats): void {
  if (!stats.isFile() && !stats.isCharacterDevice()) throw new Error(`"${file}" is not a file`)
}
