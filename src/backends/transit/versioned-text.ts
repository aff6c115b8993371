// The texts that name the version of their key: `vault:v2:` and what was made with it.
import { decodeBase64, decodeRawUrlBase64 } from '../../go/base64.js'
import { orInvalid } from '../../go/refusing.js'
import { atoi } from '../../go/strconv.js'
import { GoError } from '../../go/values.js'
import { invalid } from '../../refusal/index.js'
import type { TransitKey } from './stored-keys.js'

const TEMPLATE = 'vault:v{{version}}:'
const VERSION = '{{version}}'

/** How both encodings of signatures are called: of X.509, and of JSON Web Signatures. */
export type TextEncoding = 'base64' | 'base64url'

/** What stands before everything that a version makes. */
export function versionPrefix ({ versionTemplate }: Pick<TransitKey, 'versionTemplate'>, number: number): string {
  return (versionTemplate || TEMPLATE).replace(VERSION, String(number))
}

/**
 * The version that a text names, and what follows.
 *
 * @param what `ciphertext` or `signature`
 * @throws {VaultError} `invalid ciphertext: no prefix` and what else can be wrong
 */
export function splitVersion (
  key: TransitKey, text: string, what: 'ciphertext' | 'signature'
): { readonly number: number, readonly body: string } {
  const { number, body } = splitPrefix(key, text, `invalid ${what}`)
  const counted = what === 'ciphertext' && number === 0 ? 1 : number
  if (counted > key.latestVersion) throw invalid(`invalid ${what}: version is too new`)
  if (key.minDecryptionVersion > 0 && counted < key.minDecryptionVersion) {
    throw invalid('ciphertext or signature version is disallowed by policy (too old)')
  }
  return { number, body }
}

/** @param fault how errors begin, e.g. `invalid HMAC` */
export function splitPrefix (
  { versionTemplate }: Pick<TransitKey, 'versionTemplate'>, text: string, fault: string,
  noPrefix = `${fault}: no prefix`
): { readonly number: number, readonly body: string } {
  const [before = '', after = ''] = (versionTemplate || TEMPLATE).split(VERSION)
  if (!text.startsWith(before)) throw invalid(noPrefix)
  const rest = text.slice(before.length)
  const end = rest.indexOf(after)
  if (end < 0) throw invalid(`${fault}: wrong number of fields`)
  return { number: versionIn(rest.slice(0, end), fault), body: rest.slice(end + after.length) }
}

function versionIn (text: string, fault: string): number {
  return orInvalid(() => Number(atoi(text)), () => `${fault}: version number could not be decoded`)
}

/** @throws {VaultError} `invalid`, with these words */
export function decodeVersioned (body: string, encoding: TextEncoding, words: string): Buffer {
  const decode = encoding === 'base64' ? decodeBase64 : decodeRawUrlBase64
  return orInvalid(() => decode(body), () => words)
}

/** A base64 text, as requests have them; empty for none. @throws {GoError} */
export function decodeField (text: string): Buffer {
  return text === '' ? Buffer.alloc(0) : decodeBase64(text)
}

/** The message of an error of Go's; anything else is thrown on. */
export function goMessage (error: unknown): string {
  if (error instanceof GoError) return error.message
  throw error
}
