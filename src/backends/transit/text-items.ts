// The items of sign, verify and hmac, which are maps of texts.
import { severalDecodings } from '../../go/weak-decoding.js'
import { goKind, goType, goValue, isList, isMap, isNumber } from '../../go/values.js'
import type { JsonObject, JsonValue } from '../../json/index.js'
import { failure, invalid } from '../../refusal/index.js'
import type { Call } from '../../vault/paths.js'

/** An item by its members' names; what it lacks is missing, which is not the same as empty. */
export type TextItem = Readonly<Record<string, string>>

/**
 * The items of a batch; undefined where a request has none.
 *
 * @throws {VaultError} `failure`: `failed to parse batch input: …`; `invalid`: `missing batch input to process`
 */
export function textItems (call: Call<unknown>): TextItem[] | undefined {
  const raw = call.request.data.batch_input
  if (raw === undefined || raw === null) return undefined
  const reasons: string[] = []
  const items = listIn(raw, reasons).map((item, i) => textsIn(item, i, call, reasons))
  if (reasons.length > 0) {
    throw failure(`failed to parse batch input: ${severalDecodings(reasons, call.cluster.profile)}`)
  }
  if (items.length === 0) throw invalid('missing batch input to process')
  return items
}

function listIn (raw: JsonValue, reasons: string[]): readonly JsonValue[] {
  if (isList(raw)) return raw
  reasons.push(`'': source data must be an array or slice, got ${goKind(raw)}`)
  return []
}

function textsIn (raw: JsonValue, at: number, call: Call<unknown>, reasons: string[]): TextItem {
  if (!isMap(raw)) {
    reasons.push(`'[${at}]' expected a map, got '${goKind(raw)}'`)
    return {}
  }
  const texts: Record<string, string> = Object.create(null)
  for (const name of Object.keys(raw)) texts[name] = textIn(raw, name, at, call, reasons)
  return texts
}

function textIn (
  item: JsonObject, name: string, at: number, { cluster }: Call<unknown>, reasons: string[]
): string {
  const value = item[name]
  if (value === null || value === undefined) return ''
  if (typeof value === 'string' || isNumber(value)) return String(value)
  const shown = cluster.profile.fieldErrorsQuoteInput ? `, value: '${goValue(value)}'` : ''
  reasons.push(`'[${at}][${name}]' expected type 'string', got unconvertible type '${goType(value)}'${shown}`)
  return ''
}
