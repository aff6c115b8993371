// Files that lie in memory: what audit devices and automated snapshots write to in tests.
import type { Files } from '../src/cluster/files.js'

export class MemoryFiles implements Files {
  readonly #files = new Map<string, Buffer>()
  printed = ''

  /** Paths for which every method fails as a full disk does. */
  readonly full = new Set<string>()

  get paths (): string[] { return [...this.#files.keys()].sort() }

  /** What was written to a file so far; empty if nothing was. */
  text (file: string): string { return this.#files.get(file)?.toString('utf8') ?? '' }

  append (file: string, text: string): void {
    this.#refuseFull(file)
    this.#files.set(file, Buffer.from(this.text(file) + text))
  }

  print (text: string): void { this.printed += text }

  async write (file: string, bytes: Uint8Array): Promise<void> {
    this.#refuseFull(file)
    this.#files.set(file, Buffer.from(bytes))
  }

  async remove (file: string): Promise<void> { this.#files.delete(file) }

  #refuseFull (file: string): void {
    if (this.full.has(file)) throw new Error(`ENOSPC: no space left on device, write '${file}'`)
  }
}
