// YAML as the real client prints it: keys in natural order, texts quoted only where they could be misread.
import { isObject, type JsonObject, type JsonValue } from '../../../json/index.js'

/** Without a line break at its end. */
export function yaml (value: JsonValue): string {
  return isObject(value) || Array.isArray(value) ? lines(value).join('\n') : scalar(value, '')
}

function lines (value: JsonObject | readonly JsonValue[]): string[] {
  if (Array.isArray(value)) {
    if (value.length === 0) return ['[]']
    return value.flatMap((each: JsonValue) => indented(inner(each), '- '))
  }
  const object = value as JsonObject
  const keys = Object.keys(object).filter((key) => object[key] !== undefined).sort(compareKeys)
  return keys.length === 0 ? ['{}'] : keys.flatMap((key) => member(scalar(key, ''), object[key] ?? null))
}

function inner (value: JsonValue): string[] {
  return isObject(value) || Array.isArray(value) ? lines(value) : scalar(value, '').split('\n')
}

function member (key: string, value: JsonValue): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [`${key}: []`] : [`${key}:`, ...lines(value)]
  if (!isObject(value)) return `${key}: ${scalar(value, '  ')}`.split('\n')
  const below = lines(value)
  return below[0] === '{}' ? [`${key}: {}`] : [`${key}:`, ...below.map((line) => `  ${line}`)]
}

function indented (texts: readonly string[], bullet: string): string[] {
  return texts.map((text, i) => (i === 0 ? bullet : '  ') + text)
}

function scalar (value: JsonValue, indent: string): string {
  if (typeof value !== 'string') return value === null ? 'null' : String(value)
  if (value.includes('\n')) return literal(value, indent)
  if (isMistakable(value)) return JSON.stringify(value)
  if (/[^\t\P{Cc}]/u.test(value)) return JSON.stringify(value)
  return isPlain(value) ? value : `'${value.replaceAll("'", "''")}'`
}

/** `|`, with a sign that says how many line breaks end the text. */
function literal (value: string, indent: string): string {
  const body = value.replace(/\n+$/, '')
  const ends = value.length - body.length
  const sign = (/^[ \n]/.test(value) ? '2' : '') + (ends === 0 ? '-' : ends > 1 ? '+' : '')
  const texts = (body + '\n'.repeat(Math.max(ends - 1, 0))).split('\n')
  return [`|${sign}`, ...texts.map((text) => text === '' ? '' : (indent === '' ? '  ' : indent) + text)].join('\n')
}

const WORDS = new Set([
  '', '~', 'null', 'Null', 'NULL', 'y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF',
  'true', 'True', 'TRUE', 'false', 'False', 'FALSE', '.nan', '.NaN', '.NAN', '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF', '-.inf', '-.Inf', '-.INF', '<<'
])
const NUMBER = /^[-+]?(?:0x[0-9a-fA-F]+|0b[01]+|0o?[0-7]*|[0-9]*\.?[0-9]+(?:[eE][-+][0-9]+)?|[0-9]+\.)$/
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/
const TIMESTAMP = /^\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|[ \t]+)\d{1,2}:\d{2}:\d{2}(?:\.\d+)?[ \t]*(?:Z|[-+]\d{2}(?::?\d{2})?)?)?$/

/** What would be read as a number, a truth value, an instant or nothing. */
function isMistakable (text: string): boolean {
  return WORDS.has(text) || NUMBER.test(text.replaceAll('_', '')) || BASE_60.test(text) || TIMESTAMP.test(text)
}

function isPlain (text: string): boolean {
  return !/^[\s#,[\]{}&*!|>'"%@`]|^[-?:](?:\s|$)|^(?:---|\.\.\.)|: |:$| #|\s$/.test(text)
}

/** Digits by their value, letters behind everything else. Source: the key order of `yaml.v2`. */
function compareKeys (a: string, b: string): number {
  const [left, right] = [[...a], [...b]]
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [one = '', other = ''] = [left[i], right[i]]
    if (one === other) continue
    const [oneIsLetter, otherIsLetter] = [/\p{L}/u.test(one), /\p{L}/u.test(other)]
    if (oneIsLetter !== otherIsLetter) return (/\d/.test(left[i - 1] ?? '') ? oneIsLetter : otherIsLetter) ? -1 : 1
    const [n, m] = [digitsAt(left, i), digitsAt(right, i)]
    if (!oneIsLetter && Number(n) !== Number(m)) return Number(n) - Number(m)
    return one < other ? -1 : 1
  }
  return left.length - right.length
}

function digitsAt (text: readonly string[], at: number): string {
  return /^\d*/.exec(text.slice(at).join(''))?.[0] ?? ''
}
