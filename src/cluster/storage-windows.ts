// Typed windows on a storage: on what lies below a prefix, and on one path.
import type { JsonValue } from '../json/index.js'
import type { Index } from './storage-indexes.js'
import type { Storage } from './storage.js'

/** A typed window on the entries below one prefix. */
export class Area<T extends JsonValue = JsonValue> {
  constructor (readonly storage: Storage, readonly prefix: string) {}
  get (id: string): T | undefined { return this.storage.get(this.prefix + id) as T | undefined }
  has (id: string): boolean { return this.storage.has(this.prefix + id) }
  put (id: string, value: T): void { this.storage.put(this.prefix + id, value) }
  delete (id: string): boolean { return this.storage.delete(this.prefix + id) }
  /** Names directly below a folder of this area, folders with a trailing `/`. */
  children (folder = ''): string[] { return this.storage.children(this.prefix + folder) }
  * entries (folder = ''): Generator<[string, T]> {
    for (const [path, value] of this.storage.entries(this.prefix + folder)) {
      yield [path.slice(this.prefix.length), value as T]
    }
  }

  /** @see {Storage.index} */
  index<I extends Index<T>> (make: () => I): I {
    return this.storage.index(this.prefix, make)
  }

  area<U extends JsonValue = T> (folder: string): Area<U> { return new Area<U>(this.storage, this.prefix + folder) }
}

/** A typed window on one path. */
export class Entry<T extends JsonValue = JsonValue> {
  constructor (readonly storage: Storage, readonly path: string) {}
  get value (): T | undefined { return this.storage.get(this.path) as T | undefined }
  get isThere (): boolean { return this.storage.has(this.path) }
  put (value: T): void { this.storage.put(this.path, value) }
  delete (): boolean { return this.storage.delete(this.path) }
}
