// The items of encrypt, decrypt and rewrap: what a batch gives, read as strictly as Vault reads it.
import { decodeBase64 } from '../../go/base64.js'
import { goType, goValue, isList, isMap, isNumber } from '../../go/values.js'
import type { JsonObject, JsonValue } from '../../json/index.js'
import { failure, invalid, VaultError } from '../../refusal/index.js'
import type { Call } from '../../vault/paths.js'
import { Turns } from '../../sim/wall-clock.js'
import { refuseFaultyMembers, unreadable } from './batch-faults.js'
import type { Circumstances } from './sealing.js'
import { decodeField, goMessage } from './versioned-text.js'

/** What is asked of one item; texts are as they came. */
export interface CipherItem {
  readonly plaintext: string
  readonly ciphertext: string
  readonly context: string
  readonly nonce: string
  /** 0: the latest */
  readonly keyVersion: number
  readonly associatedData: string
  readonly reference: string
}

const TEXTS = ['context', 'ciphertext', 'plaintext', 'nonce', 'associated_data', 'reference'] as const
type Text = typeof TEXTS[number]
type Fields = Partial<Record<Text, string>> & { readonly key_version?: number | undefined }

/**
 * The item that the fields of a request are.
 *
 * @param fields of a path's table
 */
export function singleItem (fields: Fields): CipherItem {
  return {
    plaintext: fields.plaintext ?? '',
    ciphertext: fields.ciphertext ?? '',
    context: fields.context ?? '',
    nonce: fields.nonce ?? '',
    keyVersion: fields.key_version ?? 0,
    associatedData: fields.associated_data ?? '',
    reference: ''
  }
}

/** What a batch has to have, and what is said of an item without it. */
export interface Required {
  readonly name: 'plaintext' | 'ciphertext'
  readonly words: string
}

/**
 * The items of a batch; undefined where a request has none.
 *
 * @throws {VaultError} `failure`: `failed to parse batch input: …`; `invalid`: `missing batch input to process`
 */
export function batchItems (call: Call<unknown>, required: Required): CipherItem[] | undefined {
  const raw = call.request.data.batch_input
  if (raw === undefined || raw === null) return undefined
  const reasons: string[] = []
  const items = mapsIn(raw).map((item, i) => itemOf(item, i, required, reasons))
  refuseFaultyMembers(call, reasons)
  if (items.length === 0) throw invalid('missing batch input to process')
  return items
}

function mapsIn (raw: JsonValue): JsonObject[] {
  if (!isList(raw)) throw unreadable(`source data must be an array or slice, got ${goType(raw)}`)
  return raw.map((item, i) => {
    if (!isMap(item)) throw unreadable(`[${i}] expected a map, got '${goType(item)}'`)
    return item
  })
}

function itemOf (raw: JsonObject, at: number, required: Required, reasons: string[]): CipherItem {
  const texts: Partial<Record<Text, string>> = {}
  for (const name of TEXTS) {
    const value = raw[name]
    if (typeof value === 'string') texts[name] = value
    else if (value !== undefined && (value !== null || name === 'plaintext')) {
      reasons.push(`'[${at}].${name}' expected type 'string', got unconvertible type '${goType(value)}'`)
    } else if (value === undefined && name === required.name) reasons.push(`'[${at}].${name}' ${required.words}`)
  }
  const keyVersion = versionOf(raw.key_version, at, reasons)
  return { ...singleItem(texts), keyVersion, reference: texts.reference ?? '' }
}

function versionOf (value: JsonValue | undefined, at: number, reasons: string[]): number {
  if (value === undefined || value === null) return 0
  if (isNumber(value) && /^-?\d+$/.test(String(value))) return Number(String(value))
  const syntax = `strconv.ParseInt: parsing "${goValue(value)}": invalid syntax`
  reasons.push(isNumber(value)
    ? `error decoding json.Number into [${at}].key_version: ${syntax}`
    : `'[${at}].key_version' expected type 'int', got unconvertible type '${goType(value)}'`)
  return 0
}

/**
 * The items as this server takes them.
 *
 * @throws {VaultError} `invalid` where some have a context and others have none
 */
export function checkedItems (call: Call<unknown>, items: readonly CipherItem[]): readonly CipherItem[] {
  const isSet = (items[0]?.context ?? '') !== ''
  if (items.some(({ context }) => (context !== '') !== isSet)) {
    throw invalid('context should be set either in all the request blocks or in none')
  }
  return call.cluster.profile.transit.takesNonces ? items : items.map((item) => ({ ...item, nonce: '' }))
}

/** What became of an item. */
export type Outcome<T> =
  | { readonly value: T }
  /** whose fault it is: the item's, the server's, or one that has no bearing on the status */
  | { readonly error: string, readonly fault: 'user' | 'internal' | 'none' }

/** The text of an item, and all that goes with it, as bytes. */
export interface DecodedItem extends Circumstances {
  readonly item: CipherItem
  readonly plaintext: Buffer
}

/** An item's base64 as bytes; the first field that is none decides. */
export function decodeItem (item: CipherItem): Outcome<DecodedItem> {
  try {
    return {
      value: {
        item,
        plaintext: decodeField(item.plaintext),
        context: decodeField(item.context),
        nonce: decodeField(item.nonce),
        associatedData: NOTHING
      }
    }
  } catch (error) {
    return { error: goMessage(error), fault: 'user' }
  }
}

const NOTHING = Buffer.alloc(0)

/** @throws {VaultError} `failure` for what is no base64 */
export function associatedDataOf ({ associatedData }: CipherItem): Buffer {
  if (associatedData === '') return NOTHING
  try {
    return decodeBase64(associatedData)
  } catch (error) {
    throw failure(`unable to get associated_data/additional_data from factory[0]: ${goMessage(error)}`)
  }
}

/** Works on each item in turn; long batches let others have theirs. */
export async function eachInTurn<T, R> (
  items: readonly T[], work: (item: T, at: number) => R | Promise<R>
): Promise<R[]> {
  const turns = new Turns()
  const results: R[] = []
  for (const [at, item] of items.entries()) {
    if (turns.isOver) await turns.next()
    results.push(await work(item, at))
  }
  return results
}

/** What an item's work gives, or why it failed; faults of ours are thrown on. */
export function attempt<T> (work: () => T): Outcome<T> {
  try {
    return { value: work() }
  } catch (error) {
    if (!(error instanceof VaultError)) throw error
    return { error: error.message, fault: error.kind === 'invalid' ? 'user' : 'internal' }
  }
}

/** The value, or the error as the answer to a request without a batch. @throws {VaultError} */
export function valueOf<T> (outcome: Outcome<T>): T {
  if ('value' in outcome) return outcome.value
  throw outcome.fault === 'internal' ? failure(outcome.error) : invalid(outcome.error)
}
