// How an answer differs from the one that is wanted: member by member, with the order of keys where the wire has one.
import type { Answer, Json, JsonFields, Statement } from './scenario.js'

/** Members of Vault's envelope; what else stands at the top repeats `data`, in no fixed order. */
const ENVELOPE = new Set([
  'request_id', 'lease_id', 'renewable', 'lease_duration', 'data', 'wrap_info', 'warnings', 'auth', 'mount_type'
])
const LONGEST_VALUE = 160
const LONGEST_EXTRA = 120
const LONGEST_ORDER = 200
const TOP_OF_BODY = '$.body.json'

/** @returns one line for each difference, with its path from `$`; none where they are the same */
export function differencesBetween (wanted: Answer, got: Answer): string[] {
  return differences({ ...wanted }, { ...got }, '$')
}

function differences (wanted: Json, got: Json, path: string): string[] {
  if (wanted === got) return []
  if (Array.isArray(wanted) && Array.isArray(got)) return differentItems(wanted, got, path)
  if (isFields(wanted) && isFields(got)) return differentMembers(wanted, got, path)
  return [`${path}: expected ${shown(wanted, LONGEST_VALUE)}, got ${shown(got, LONGEST_VALUE)}`]
}

function isFields (value: Json): value is JsonFields {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function differentItems (wanted: readonly Json[], got: readonly Json[], path: string): string[] {
  if (wanted.length !== got.length) return [`${path}: expected ${wanted.length} items, got ${got.length}`]
  return wanted.flatMap((item, i) => differences(item, got[i] ?? null, `${path}[${i}]`))
}

function differentMembers (wanted: JsonFields, got: JsonFields, path: string): string[] {
  const missingOrOther = Object.entries(wanted).flatMap(([name, value]) => {
    const place = `${path}.${name}`
    const mine = got[name]
    return mine === undefined
      ? [`${place}: missing, expected ${shown(value, LONGEST_EXTRA)}`]
      : differences(value, mine, place)
  })
  const unexpected = Object.keys(got).filter((name) => !(name in wanted))
    .map((name) => `${path}.${name}: not in the recording, got ${shown(got[name] ?? null, LONGEST_EXTRA)}`)
  const found = [...missingOrOther, ...unexpected]
  return found.length === 0 && path.startsWith(TOP_OF_BODY) ? differentOrder(wanted, got, path) : found
}

function differentOrder (wanted: JsonFields, got: JsonFields, path: string): string[] {
  const isEnvelope = path === TOP_OF_BODY && 'request_id' in wanted
  const order = (fields: JsonFields) => Object.keys(fields).filter((name) => !isEnvelope || ENVELOPE.has(name)).join(',')
  const [first, second] = [order(wanted), order(got)]
  if (first === second) return []
  return [`${path}: key order, expected ${first.slice(0, LONGEST_ORDER)}, got ${second.slice(0, LONGEST_ORDER)}`]
}

function shown (value: Json, longest: number): string {
  return JSON.stringify(value).slice(0, longest)
}

/** How an answer departs from what a document says of it. */
export function departuresFrom ({ status, contentType, empty, form }: Statement, got: Answer): string[] {
  const found: string[] = []
  const asStated = status === '2xx' ? got.status >= 200 && got.status < 300 : got.status === status
  if (!asStated) found.push(`$.status: expected ${status}, got ${got.status}`)
  const mine = got.headers['content-type'] ?? 'none'
  if (contentType !== undefined && mine.split(';')[0] !== contentType) {
    found.push(`$.headers.content-type: expected ${contentType}, got ${mine}`)
  }
  if (empty && got.body !== '') found.push(`$.body: expected nothing, got ${shown(got.body, LONGEST_VALUE)}`)
  if (form === undefined) return found
  const json = isFields(got.body) ? got.body.json ?? null : null
  return [...found, ...otherForm(form, json, TOP_OF_BODY)]
}

/** A sample's names must be there, with values of its types; where it has null, anything may stand. */
function otherForm (sample: Json, got: Json, path: string): string[] {
  if (sample === null) return []
  if (Array.isArray(sample) && Array.isArray(got)) {
    const [item] = sample
    return item === undefined ? [] : got.flatMap((each, i) => otherForm(item, each, `${path}[${i}]`))
  }
  if (isFields(sample) && isFields(got)) {
    return Object.entries(sample).flatMap(([name, value]) => name in got
      ? otherForm(value, got[name] ?? null, `${path}.${name}`)
      : [`${path}.${name}: missing, the document has ${shown(value, LONGEST_EXTRA)}`])
  }
  if (kindOf(sample) === kindOf(got)) return []
  return [`${path}: expected a ${kindOf(sample)} as ${shown(sample, LONGEST_EXTRA)}, got ${shown(got, LONGEST_EXTRA)}`]
}

/** A masked number is a string: it still counts as the number that it was. */
function kindOf (value: Json): string {
  if (value === '<number>') return 'number'
  return value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value
}
