// Password policies: a length and rules on characters, and the passwords that follow from them.
import type { Storage } from '../../cluster/storage.js'
import { JsonSyntaxError } from '../../json/index.js'
import type { JsonObject } from '../../json/index.js'
import { invalid, VaultError } from '../../refusal/index.js'
import type { RandomStream } from '../../sim/random.js'
import { HclError, readHcl } from '../../hcl/hcl.js'
import type { HclItem, HclObject } from '../../hcl/hcl.js'
import { stored } from '../stored.js'
import { stringOf, valuesOf } from './policy-hcl.js'

export type StoredPasswordPolicy = JsonObject & { readonly text: string }

/** Which characters, and how many of them at least. */
interface CharsetRule {
  readonly characters: readonly string[]
  readonly minimum: number
}

const MIN_LENGTH = 4
const MAX_LENGTH = 100

/** The names, sorted. */
export function listPasswordPolicies (storage: Storage): string[] {
  return [...stored.passwordPolicies(storage).entries()].map(([name]) => name)
}

/**
 * The text of a policy.
 *
 * @throws VaultError 404 `policy does not exist` (inferred)
 */
export function readPasswordPolicy (storage: Storage, name: string): string {
  const policy = stored.passwordPolicies(storage).get(name)
  if (policy === undefined) throw new VaultError('not-found', 'policy does not exist', true)
  return policy.text
}

/**
 * Checks and stores a policy. The texts are inferred.
 *
 * @throws VaultError `missing policy`, `invalid password policy: …`, `passwords must be between 4 and 100 characters`
 */
export function writePasswordPolicy (storage: Storage, name: string, text: string): void {
  if (text === '') throw refused('missing policy')
  const { length } = parsePasswordPolicy(text)
  if (length < MIN_LENGTH || length > MAX_LENGTH) {
    throw refused(`passwords must be between ${MIN_LENGTH} and ${MAX_LENGTH} characters`)
  }
  stored.passwordPolicies(storage).put(name, { text })
}

export function deletePasswordPolicy (storage: Storage, name: string): void {
  stored.passwordPolicies(storage).delete(name)
}

/** A password by the policy: as many of each charset as it asks for, filled up from all, shuffled. */
export function generatePassword (text: string, random: RandomStream): string {
  const { length, rules } = parsePasswordPolicy(text)
  const all = [...new Set(rules.flatMap(({ characters }) => characters))]
  const password = rules.flatMap(({ characters, minimum }) => {
    return Array.from({ length: minimum }, () => random.pick(characters))
  })
  while (password.length < length) password.push(random.pick(all))
  for (let i = password.length - 1; i > 0; i--) swap(password, i, random.integer(0, i))
  return password.join('')
}

function swap (list: string[], i: number, j: number): void {
  [list[i], list[j]] = [list[j] as string, list[i] as string]
}

function parsePasswordPolicy (text: string): { length: number, rules: readonly CharsetRule[] } {
  try {
    const root = readHcl(text)
    const length = wholeNumber(root, 'length', 0)
    const rules = root.items.filter(({ keys }) => keys[0] === 'rule').map(charsetRule)
    if (length < 1) throw invalid('length must be > 0')
    if (rules.length === 0) throw invalid('no charset specified')
    const demanded = rules.reduce((sum, { minimum }) => sum + minimum, 0)
    if (demanded > length) throw invalid('rules demand more characters than the length allows')
    return { length, rules }
  } catch (error) {
    if (!(error instanceof HclError || error instanceof JsonSyntaxError || error instanceof VaultError)) throw error
    throw refused(`invalid password policy: ${error.message}`)
  }
}

function charsetRule ({ keys, value }: HclItem): CharsetRule {
  if (value.type !== 'object' || keys[1] !== 'charset') throw invalid(`unrecognized rule type ${keys[1] ?? ''}`)
  const characters = [...new Set(valuesOf(value, 'charset').flatMap((charset) => [...stringOf('charset', charset)]))]
  if (characters.length === 0) throw invalid('no charset specified')
  return { characters, minimum: wholeNumber(value, 'min-chars', 0) }
}

function wholeNumber (object: HclObject, key: string, fallback: number): number {
  const value = valuesOf(object, key).at(-1)
  if (value === undefined) return fallback
  const number = Number(stringOf(key, value))
  if (!Number.isSafeInteger(number) || number < 0) throw invalid(`${key} is not a number`)
  return number
}

/** Go's plain error of class 400: the message is wrapped. */
function refused (message: string): VaultError {
  return new VaultError('invalid', message, true)
}
