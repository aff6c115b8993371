// What follows from the entries of a folder and is kept current with them; nothing of it is stored or replicated.
import type { JsonValue } from '../json/index.js'
import { Withheld, type StoredValue } from './merkle-roots.js'

/** Told of each entry that comes and of each that goes, by its name within the folder; one that changes does both. */
export interface Index<T = JsonValue> {
  add (name: string, value: T): void
  remove (name: string, value: T): void
}

interface Followed {
  readonly folder: string
  readonly make: () => Index
  readonly index: Index
}

/** The indexes of a storage, as far as anybody asked for them. */
export class Indexes {
  readonly #followed: Followed[] = []

  known<I extends Index> (folder: string, make: () => I): I | undefined {
    for (const each of this.#followed) if (each.make === make && each.folder === folder) return each.index as I
    return undefined
  }

  follow<I extends Index> (folder: string, make: () => I, entries: Iterable<readonly [string, JsonValue]>): I {
    const index = make()
    for (const [path, value] of entries) index.add(path.slice(folder.length), value)
    this.#followed.push({ folder, make, index })
    return index
  }

  /** @param now undefined: the entry is gone */
  changed (path: string, old: StoredValue | undefined, now?: StoredValue): void {
    for (const { folder, index } of this.#followed) {
      if (!path.startsWith(folder)) continue
      const name = path.slice(folder.length)
      if (old !== undefined && !(old instanceof Withheld)) index.remove(name, old)
      if (now !== undefined && !(now instanceof Withheld)) index.add(name, now)
    }
  }
}
