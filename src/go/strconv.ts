// Reads numbers and truth values from text as Go's strconv does.
import { GoError, goQuote } from './values.js'

const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True']
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False']
const DECIMAL = /^[+-]?[0-9]+$/
/** With a prefix for the base; underscores only between digits or behind the prefix. */
const LITERAL = /^([+-]?)(?:0[xX]((?:_?[0-9a-fA-F])+)|0[bB]((?:_?[01])+)|0[oO]?((?:_?[0-7])+)|([1-9](?:_?[0-9])*|0))$/
const FLOAT = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/
const MAX_INT64 = 2n ** 63n - 1n
const MAX_UINT64 = 2n ** 64n - 1n

/** `strconv.ParseInt: parsing "x": invalid syntax`. */
export class NumError extends GoError {
  override readonly name = 'NumError'

  constructor (readonly functionName: string, text: string, readonly reason: 'invalid syntax' | 'value out of range') {
    super(`strconv.${functionName}: parsing ${goQuote(text)}: ${reason}`)
  }
}

/** `strconv.ParseBool`: 1, t, T, TRUE, true, True and their opposites; undefined for anything else. */
export function parseGoBool (text: string): boolean | undefined {
  return TRUE.includes(text) ? true : FALSE.includes(text) ? false : undefined
}

/** @throws {NumError} */
export function parseInt64 (text: string): bigint {
  return decimal('ParseInt', text)
}

/** `strconv.Atoi`: the same under another name. @throws {NumError} */
export function atoi (text: string): bigint {
  return decimal('Atoi', text)
}

function decimal (functionName: string, text: string): bigint {
  if (!DECIMAL.test(text)) throw new NumError(functionName, text, 'invalid syntax')
  return checkRange(functionName, text, BigInt(text.startsWith('+') ? text.slice(1) : text))
}

/** Without a sign. @throws {NumError} */
export function parseUint64 (text: string): bigint {
  if (!/^[0-9]+$/.test(text)) throw new NumError('ParseUint', text, 'invalid syntax')
  const value = BigInt(text)
  if (value > MAX_UINT64) throw new NumError('ParseUint', text, 'value out of range')
  return value
}

/**
 * Like `parseInt64`, but takes `0x1f`, `0b1`, `0o17`, `017` and `1_000` too, as weakly typed decoding does.
 *
 * @throws {NumError}
 */
export function parseIntLiteral (text: string): bigint {
  const [, sign, hex, binary, octal, decimal] = LITERAL.exec(text) ?? []
  const prefix = hex !== undefined ? '0x' : binary !== undefined ? '0b' : octal !== undefined ? '0o' : ''
  const digits = hex ?? binary ?? octal ?? decimal
  if (digits === undefined) throw new NumError('ParseInt', text, 'invalid syntax')
  const magnitude = BigInt(prefix + digits.replaceAll('_', ''))
  return checkRange('ParseInt', text, sign === '-' ? -magnitude : magnitude)
}

function checkRange (functionName: string, text: string, value: bigint): bigint {
  if (value > MAX_INT64 || value < -MAX_INT64 - 1n) throw new NumError(functionName, text, 'value out of range')
  return value
}

/** @throws {NumError} */
export function parseFloat64 (text: string): number {
  if (!FLOAT.test(text)) throw new NumError('ParseFloat', text, 'invalid syntax')
  const value = Number(text)
  if (!Number.isFinite(value)) throw new NumError('ParseFloat', text, 'value out of range')
  return value
}
