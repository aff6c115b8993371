// The items of sign, verify, hmac and rewrap, which are maps of texts.
import { goKind, goType, goValue, isMap, isNumber } from '../../go/values.js'
import type { JsonValue } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import type { Call } from '../../vault/paths.js'
import { listIn, refuseFaulty } from './batch-faults.js'

/** An item by its members' names; what it lacks is missing, which is not the same as empty. */
export type TextItem = Readonly<Record<string, string>>

/** How the place of a member is written: of a map, or of a struct. */
type Place = (at: number, name: string) => string

const OF_MAP: Place = (at, name) => `[${at}][${name}]`
export const OF_STRUCT: Place = (at, name) => `[${at}].${name}`

/**
 * The items of a batch; undefined where a request has none.
 *
 * @throws {VaultError} `failure`: `failed to parse batch input: …`; `invalid`: `missing batch input to process`
 */
export function textItems (call: Call<unknown>, place = OF_MAP): TextItem[] | undefined {
  const raw = call.request.data.batch_input
  if (raw === undefined || raw === null) return undefined
  const reasons: string[] = []
  const items = listIn(raw).map((item, at) => textsIn(item, at, (name, value) => {
    const shown = call.cluster.profile.transit.listsBatchFaults ? `, value: '${goValue(value)}'` : ''
    return `'${place(at, name)}' expected type 'string', got unconvertible type '${goType(value)}'${shown}`
  }, reasons))
  refuseFaulty(call, reasons)
  if (items.length === 0) throw invalid('missing batch input to process')
  return items
}

function textsIn (
  raw: JsonValue, at: number, fault: (name: string, value: JsonValue) => string, reasons: string[]
): TextItem {
  const texts: Record<string, string> = Object.create(null)
  if (!isMap(raw)) {
    reasons.push(`'[${at}]' expected a map, got '${goKind(raw)}'`)
    return texts
  }
  for (const [name, value = null] of Object.entries(raw)) {
    if (value === null) texts[name] = ''
    else if (typeof value === 'string' || isNumber(value)) texts[name] = String(value)
    else reasons.push(fault(name, value))
  }
  return texts
}
