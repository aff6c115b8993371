// `key=value` arguments as the real client reads them: `@file`, `-`, `key=@file`, `key=-`, keys that repeat.
import { readFileSync } from 'node:fs'
import { isObject, parseJson, type JsonObject, type JsonValue } from '../../json/index.js'
import { goType, isList, isNumber } from '../../go/values.js'
import { goFileError } from './files.js'

type Data = Record<string, JsonValue>
type Read = () => Promise<string>

/** Where `-` reads from; at most once. */
interface Input {
  readonly stdin: Read
  consumed: boolean
}

/**
 * @returns undefined where there are no arguments; keys are printed sorted
 * @throws {Error} `invalid key/value pair "x": format must be key=value`
 */
export async function readData (args: readonly string[], stdin: Read): Promise<JsonObject | undefined> {
  const input: Input = { stdin, consumed: false }
  let data: Data | undefined
  for (const arg of args) {
    data ??= Object.create(null) as Data
    try {
      await addPair(data, arg, input)
    } catch (error) {
      throw new Error(`invalid key/value pair ${JSON.stringify(arg)}: ${(error as Error).message}`)
    }
  }
  return data
}

async function addPair (data: Data, arg: string, input: Input): Promise<void> {
  if (arg === '') return
  if (arg === '-') return addObject(data, await take(input))
  const at = arg.indexOf('=')
  if (at < 0 && arg.startsWith('@')) return addObject(data, readFile(arg.slice(1)))
  if (at < 0) throw new Error('format must be key=value')
  const key = arg.slice(0, at)
  const value = await valueOf(arg.slice(at + 1), input)
  const before = data[key]
  // one more of the same makes a list; a list from a file grows
  data[key] = before === undefined ? value : [...isList(before) ? before : [before], value]
}

async function valueOf (text: string, input: Input): Promise<string> {
  if (text === '-') return await take(input)
  if (text.startsWith('\\@')) return text.slice(1)
  if (!text.startsWith('@')) return text
  try {
    return readFile(text.slice(1))
  } catch (error) {
    throw new Error(`error reading file: ${(error as Error).message}`)
  }
}

function addObject (data: Data, text: string): void {
  const read = parseJson(text)
  if (!isObject(read)) throw new Error('json: cannot unmarshal into Go value of type map[string]interface {}')
  for (const [key, value] of Object.entries(read)) if (value !== undefined) data[key] = value
}

async function take (input: Input): Promise<string> {
  if (input.consumed) throw new Error('stdin already consumed')
  input.consumed = true
  return await input.stdin()
}

function readFile (path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw goFileError(error, path)
  }
}

/** The same with every value as text. */
export async function readTexts (args: readonly string[], stdin: Read): Promise<Record<string, string>> {
  const data = await readData(args, stdin) ?? {}
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, weakText(name, value)]))
}

/** The same with every value as a list of texts, for queries. */
export async function readLists (args: readonly string[], stdin: Read): Promise<Record<string, string[]>> {
  const data = await readData(args, stdin) ?? {}
  return Object.fromEntries(Object.entries(data).map(([name, value]) => {
    return [name, Array.isArray(value) ? value.map((each: JsonValue) => weakText(name, each)) : [weakText(name, value)]]
  }))
}

function weakText (name: string, value: JsonValue | undefined): string {
  if (typeof value === 'string' || isNumber(value)) return String(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (value === null || value === undefined) return ''
  const problem = `'[${name}]' expected type 'string', got unconvertible type '${goType(value)}'`
  throw new Error(`failed to convert values to strings: 1 error(s) decoding:\n\n* ${problem}`)
}
