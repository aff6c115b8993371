// The kinds of values an option can have: how its text is read, and what a wrong one is told.
import { parseGoBool } from '../../go/strconv.js'
import { HIGHEST_SCALE } from '../../sim/timeline.js'
import { DiscoverError, readDiscovered } from '../../world/discovery.js'

/** Reads the text of one option. Throws `WrongValue`, whose message completes "… must be". */
export type Read<T> = (text: string) => T

/** A value that an option cannot have; the message completes the sentence "it must be". */
export class WrongValue extends Error {}

/** A socket address; port 0 asks for a free one. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** `HOST:PORT`, `[v6]:PORT` or, for all interfaces, `:PORT`. */
export const address: Read<Address> = (text) => {
  const found = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/\s]*)):(\d{1,5})$/.exec(text)
  const port = Number(found?.[3])
  if (found === null || port > 65535) throw new WrongValue('HOST:PORT with a port from 0 to 65535')
  return { host: found[1] ?? (found[2] || '0.0.0.0'), port }
}

/** The same, or that there is to be none. */
export const addressOrOff: Read<Address | 'off'> = (text) => {
  if (text === 'off') return 'off'
  try {
    return address(text)
  } catch (error) {
    throw error instanceof WrongValue ? new WrongValue(`${error.message}, or off`) : error
  }
}

export const text: Read<string> = (value) => {
  if (value === '') throw new WrongValue('a text that is not empty')
  return value
}

/** One path, for a flag that may be repeated. */
export const files: Read<readonly string[]> = (value) => [text(value)]

/** A whole number within bounds, both included. */
export function integer (least: number, most: number): Read<number> {
  return (value) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : NaN
    if (!(number >= least && number <= most)) throw new WrongValue(`a whole number from ${least} to ${most}`)
    return number
  }
}

/** Simulated seconds per second. */
export const scale: Read<number> = (value) => {
  const number = value.trim() === '' ? NaN : Number(value)
  if (!(number > 0 && number <= HIGHEST_SCALE)) {
    throw new WrongValue(`a number greater than 0, at most ${HIGHEST_SCALE}`)
  }
  return number
}

/** One of some words. */
export function oneOf<const W extends string> (...words: readonly W[]): Read<W> {
  return (value) => {
    const word = words.find((each) => each === value)
    if (word === undefined) throw new WrongValue(words.slice(0, -1).join(', ') + ' or ' + words.at(-1))
    return word
  }
}

/** The levels of the real binary, under ours: `err`, `notice` and `warning` are further names. */
export const logLevel: Read<LogLevel> = (value) => {
  const level = value.toLowerCase()
  const found = LOG_LEVELS.find((each) => each === (LEVEL_NAMES[level] ?? level))
  if (found === undefined) throw new WrongValue('trace, debug, info, notice, warn, warning, err, error or off')
  return found
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'off'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]
const LEVEL_NAMES: Readonly<Record<string, string>> = { err: 'error', notice: 'info', warning: 'warn' }

/** Comma-separated names, none of them empty, none twice. */
export const names: Read<readonly string[]> = (value) => {
  const list = value.split(',').map((name) => name.trim())
  if (list.includes('') || new Set(list).size < list.length) throw new WrongValue('different names, separated by commas')
  return list
}

/** `auto`, or comma-separated URLs, kept as they were written but for a slash at their end. */
export const urlsOrAuto: Read<'auto' | readonly string[]> = (value) => {
  if (value === 'auto') return 'auto'
  const urls = value.split(',').map((url) => url.trim().replace(/\/+$/, ''))
  if (!urls.every(isHttpUrl)) throw new WrongValue('auto, or http(s) URLs, separated by commas')
  return urls
}

/** What `auto_join` finds, as `createServer({ discover })` takes it. */
export const discovered: Read<readonly string[]> = (value) => {
  const told = value.split(/;\s*(?=provider=)/).map((each) => each.trim())
  try {
    for (const each of told) readDiscovered(each)
  } catch (error) {
    if (error instanceof DiscoverError) throw new WrongValue('provider=NAME KEY=VALUE…=ADDRESS[,ADDRESS…]')
    throw error
  }
  return told
}

function isHttpUrl (url: string): boolean {
  return /^https?:\/\//.test(url) && URL.canParse(url)
}

/** Go's spellings, as the real binaries take them. */
export const bool: Read<boolean> = (value) => {
  const read = parseGoBool(value)
  if (read === undefined) throw new WrongValue('true or false')
  return read
}
