// The values that break programs, and ordinary values with one of them inside.
import type { Dice } from './dice.js'
import type { Piece } from './cases.js'

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue }

/** A part of a JSON schema: what the generators look at. */
export interface Schema {
  readonly type?: string
  readonly format?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly const?: JsonValue
}

/** Names that objects, paths, globs and numbers trip over. None begins with `/`: a name may end up as a file's. */
export const NAMES = [
  'x', 'app', 'raft_0', 'raft_1', 'default', 'root', 'secret', 'sys', 'token', 'kv', '__proto__', 'constructor', 'toString',
  'hasOwnProperty', 'valueOf', '', ' ', '.', '..', '../..', 'a/../b', 'a//b', '%', '%2', '%00', '%2F', '%2e%2e', '%FF', '%C3%28',
  'é', '\u2028', '\ud800', 'a\0b', 'a\nb', 'a\r\nb: c', '*', '**', '+', '+/+', '{{identity.entity.id}}', '{{', '"', '\'', '\\', '~', '?', '#',
  ';', '=', '&', '[', 'null', 'true', 'NaN', '-1', '0', '1e309', 'list', 'metadata', 'data', 'config', 'login', 'self', 'x'.repeat(300)
] as const
/** What Go's numbers, durations and times trip over. */
const TEXTS = [
  ...NAMES, '1h', '-1h', '0', '0s', '2540400h', '99999999h', '1e9h', '1.5h', '9223372036854775807', '9223372036854775808', '-9223372036854775809',
  '0x10', '1_000', 'Infinity', '2026-11-21T00:00:00Z', '9999-12-31T23:59:59Z', '275760-09-13T00:00:00.001Z', 'not-a-time', '1d', '4611686018427387904s',
  'AAAA', '!!!!', 'hvs.x', 'hvb.AAAA', 'http://127.0.0.1:1', 'http://[', 'https://user:pass@127.0.0.1:1/', '127.0.0.1:0', ':', '256.1.1.1', '0.0.0.0/0', '::/0',
  'stdout', 'discard', 'path "*" { capabilities = ["sudo"] }', '{"path":{"*":{}}}', 'crc32', 'sha2-256', 'x'.repeat(70_000), '\ufeff', 'ﬀ', '(a+)+$', '[', '$'
] as const
const NUMBERS = [
  0, -0, 1, -1, 0.5, 1e-7, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 + 2, 2 ** 63, -(2 ** 63),
  1e21, 1e308, -1e308, 5e-324, 32, 1024, 65_536
] as const
const DEEP_LEVELS = 60

export function hostileText (dice: Dice): string {
  const text = dice.pick(TEXTS)
  return dice.chance(0.1) ? text + dice.pick(TEXTS).slice(0, 300) : text
}

export function hostileValue (dice: Dice, depth = 0): JsonValue {
  const kind = dice.below(depth > 2 ? 5 : 8)
  if (kind < 2) return hostileText(dice)
  if (kind < 4) return dice.pick(NUMBERS)
  if (kind === 4) return dice.pick([null, true, false])
  if (kind === 5) return dice.several(3, () => hostileValue(dice, depth + 1))
  if (kind === 6) return nested(dice.below(DEEP_LEVELS))
  return Object.fromEntries(dice.several(3, () => [dice.pick(NAMES), hostileValue(dice, depth + 1)]))
}

function nested (levels: number): JsonValue {
  let value: JsonValue = 1
  for (let level = 0; level < levels; level++) value = [value]
  return value
}

/** A value that fits the schema, mostly; now and then anything. */
export function valueFor (dice: Dice, schema: Schema, name = ''): JsonValue {
  if (dice.chance(0.3)) return harmless(name, hostileValue(dice))
  if (schema.const !== undefined) return schema.const
  if (schema.anyOf !== undefined) return valueFor(dice, dice.pick(schema.anyOf), name)
  if (schema.type === 'boolean') return dice.chance(0.5)
  if (schema.type === 'integer' || schema.type === 'number') return dice.chance(0.5) ? dice.below(100) : dice.pick(NUMBERS)
  if (schema.type === 'array') return dice.several(3, () => valueFor(dice, schema.items ?? {}, name))
  if (schema.type === 'object') return objectFor(dice, schema)
  return harmless(name, dice.chance(0.5) ? dice.pick(NAMES) : hostileText(dice))
}

export function objectFor (dice: Dice, { properties = {} }: Schema): JsonValue {
  const named = Object.entries(properties).filter(() => dice.chance(0.6))
  const object = Object.fromEntries(named.map(([name, schema]) => [name, valueFor(dice, schema, name)]))
  return dice.chance(0.1) ? { ...object, [dice.pick(NAMES)]: hostileValue(dice) } : object
}

/** Files that a request names stay below the server's temporary folder. */
function harmless (name: string, value: JsonValue): JsonValue {
  return typeof value === 'string' && /path|file|prefix|dir/.test(name) ? value.replace(/^\/+/, './') : value
}

/** JSON as text for a body, its bytes UTF-8, now and then not quite JSON. */
export function bodyFor (dice: Dice, value: JsonValue): Piece[] {
  const text = Buffer.from(JSON.stringify(value)).toString('latin1')
  const kind = dice.below(40)
  if (kind === 0) return [text.slice(0, dice.below(text.length + 1))]
  if (kind === 1) return [text, dice.pick(['}', ' ', '\0', 'x', text, '\n\n'])]
  if (kind === 2) return [{ repeat: dice.pick(['[', '{"a":', '[[', ' ', '"']), times: dice.pick([10, 300, 9_999, 10_001, 200_000]) }]
  if (kind === 3) return ['\xef\xbb\xbf', text]
  if (kind === 4) return [text.replace(/:/, `:${dice.pick(['1e999', '-', '01', '1.', '"\\u12"', '"\\ud800"', '"\xff"', '12345678901234567890', '1E400'])},"x":`)]
  if (kind === 5) return ['{"data":{"a":', { repeat: '[', times: 9_000 }, { repeat: ']', times: 9_000 }, '}}']
  return [text]
}
