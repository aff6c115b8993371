// What a configuration file holds, piece by piece, and what is wrong with it.
import { readFileSync } from 'node:fs'
import type { HclItem, HclValue } from '../../hcl/hcl.js'
import { WrongValue, type Read } from '../options/kinds.js'

/** A configuration that cannot be used; the message names the file or the setting. */
export class ConfigError extends Error {}

export type Settings = ReadonlyMap<string, HclValue>

/** `name "label" { … }`, with whatever label. */
export function blocks (items: readonly HclItem[], name: string): HclItem[] {
  return items.filter(({ keys, value }) => keys[0] === name && value.type === 'object')
}

export function itemsOf ({ value }: HclItem): readonly HclItem[] {
  return value.type === 'object' ? value.items : []
}

/** Of equal names the last. */
export function members (item: HclItem): Settings {
  return new Map(itemsOf(item).map(({ keys: [name = ''], value }) => [name, value]))
}

export function valueOf (items: readonly HclItem[], name: string): HclValue | undefined {
  return items.findLast(({ keys }) => keys[0] === name && keys.length === 1)?.value
}

export function textOf (value: HclValue | undefined): string | undefined {
  return value?.type === 'literal' ? String(value.value) : undefined
}

/** @throws {ConfigError} `log_level must be …, not "x"` */
export function readAs<T> (name: string, read: Read<T>, text: string | undefined): T | undefined {
  if (text === undefined || text === '') return undefined
  try {
    return read(text)
  } catch (error) {
    if (!(error instanceof WrongValue)) throw error
    throw new ConfigError(`${name} must be ${error.message}, not "${text}"`)
  }
}

/** @throws {ConfigError} */
export function readText (file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigError(`error loading configuration from ${file}: ${(error as Error).message}`)
  }
}
