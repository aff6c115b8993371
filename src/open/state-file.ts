// A world's file: read before it begins, written every few seconds and at the end, so that its process can come back.
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import type { FastifyBaseLogger } from 'fastify'
import { JsonSyntaxError, parseJson } from '../json/index.js'
import { armTimer, Turns, wallClockMs } from '../sim/wall-clock.js'
import type { TimeMode } from '../sim/timeline.js'
import { laterState } from '../world/return.js'
import { readState, StateError } from '../world/saved-world.js'
import { savedMark, savedText } from '../world/saved-text.js'
import type { World } from '../world/world.js'
import type { WorldState } from '../world/world-state.js'

const SAVE_EVERY_MS = 2000
/** As much text as is written at a time. */
const CHUNK_CHARACTERS = 1 << 18

/** A state file that cannot be used. Its message is one clear sentence. */
export class StateFileError extends Error {
  override readonly name = 'StateFileError'
}

/** How time ran on while nobody was there. */
interface Running { readonly time?: TimeMode | undefined, readonly timeScale?: number | undefined }

/**
 * The world that a file holds, as it is by now; undefined where there is no such file yet.
 *
 * @throws {StateFileError} for a file that is no saved world
 */
export async function readStateFile (file: string, { time, timeScale = 1 }: Running): Promise<WorldState | undefined> {
  try {
    const { mtimeMs } = await stat(file)
    const state = readState(parseJson(await readFile(file, 'utf8'), { trailing: 'refuse' }))
    const awayMs = time === 'manual' ? 0 : Math.max(0, Math.floor((wallClockMs() - mtimeMs) * timeScale))
    return laterState(state, awayMs)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    if (error instanceof JsonSyntaxError) throw new StateFileError(`${file} is not JSON: ${message}`)
    if (error instanceof StateError) throw new StateFileError(`${file} is no saved world: ${firstLine(error)}`)
    throw new StateFileError(message)
  }
}

function firstLine ({ message, problems }: StateError): string {
  const [first = ''] = message.split('\n')
  return problems.length > 1 ? `${first} (and ${problems.length - 1} more)` : first
}

/** Keeps the file of a world up to date. */
export class StateFile {
  readonly #world: World
  readonly #logger: FastifyBaseLogger | undefined
  /** of what was last saved */
  #mark = ''
  #cancel: (() => void) | undefined
  #saving: Promise<void> = Promise.resolve()
  #ended = false

  constructor (readonly file: string, world: World, logger?: FastifyBaseLogger) {
    this.#world = world
    this.#logger = logger
  }

  /**
   * Saves at once, and then every few seconds what has changed.
   *
   * @throws {StateFileError} where the file cannot be written
   */
  async begin (): Promise<void> {
    await this.#save().catch((error: Error) => { throw new StateFileError(error.message) })
    this.#arm()
  }

  /** Saves the world as it is now, for the last time. */
  async end (): Promise<void> {
    this.#ended = true
    this.#cancel?.()
    await this.#saving
    await this.#trySave()
  }

  #arm (): void {
    if (this.#ended) return
    this.#cancel = armTimer(SAVE_EVERY_MS, () => {
      this.#saving = this.#trySave().finally(() => { this.#arm() })
    })
  }

  /** Who cannot save goes on, and tries again. */
  async #trySave (): Promise<void> {
    try {
      await this.#save()
    } catch (error) {
      this.#logger?.error({ err: error, file: this.file }, 'the state could not be saved')
    }
  }

  /** In turns, between which requests are answered; the file is replaced once the new one is complete. */
  async #save (): Promise<void> {
    const { state } = this.#world
    const mark = savedMark(state)
    if (mark === this.#mark) return
    const fresh = `${this.file}.new`
    try {
      await writeWhole(fresh, savedText(state))
      await rename(fresh, this.file)
    } catch (error) {
      await rm(fresh, { force: true })
      throw error
    }
    this.#mark = mark
  }
}

async function writeWhole (file: string, pieces: Iterable<string>): Promise<void> {
  const handle = await open(file, 'w', 0o600)
  try {
    const turns = new Turns()
    let text = ''
    for (const piece of pieces) {
      text += piece
      if (text.length < CHUNK_CHARACTERS && !turns.isOver) continue
      await handle.writeFile(text)
      await turns.next()
      text = ''
    }
    await handle.writeFile(text + '\n')
    await handle.sync()
  } finally {
    await handle.close()
  }
}
