// The policies of a role: identifiers, or JSON objects with a notice and the address of a practice statement.
import { atoi } from '../../go/strconv.js'
import { goQuote } from '../../go/values.js'
import { isObject, parseJson, printJson, type JsonValue } from '../../json/index.js'
import type { Profile } from '../../profiles/index.js'
import { failure } from '../../refusal/index.js'
import { orInvalid } from '../../go/refusing.js'
import { decodeStringList, quotingWording } from '../../go/weak-decoding.js'
import { isOid } from './usages.js'
import type { PolicyIdentifier } from './x509/policies.js'

/** What a request gives, as texts: text that is JSON of a list becomes the JSON of its members. */
export function policyTexts (given: JsonValue): readonly string[] {
  const members = typeof given === 'string' ? jsonList(given) : undefined
  if (members !== undefined) return members.map((member) => printJson(member))
  if (Array.isArray(given)) {
    return given.map((member: JsonValue) => typeof member === 'string' ? member : printJson(member))
  }
  return orInvalid(() => decodeStringList(given, quotingWording), (message) => `Field validation failed: ${message}`)
}

function jsonList (text: string): readonly JsonValue[] | undefined {
  try {
    const value = parseJson(text)
    return Array.isArray(value) && value.every(isObject) ? value : undefined
  } catch {
    return undefined
  }
}

/** @throws VaultError `Policy Identifier "x.y" is neither a valid OID: …` */
export function parsePolicies (texts: readonly string[], { pkiPolicyRefusal }: Profile): PolicyIdentifier[] {
  return texts.filter((text) => text !== '').map((text) => {
    if (isOid(text)) return { oid: text }
    const value = parsed(text)
    if (!isObject(value)) {
      throw failure(`${pkiPolicyRefusal} ${goQuote(text)} is neither a valid OID: ${oidProblem(text)}, ` +
        `Nor JSON Policy Identifier: ${jsonProblem(text)}`)
    }
    const { oid, notice, cps } = value
    return { oid: textOf(oid), qualifiers: { notice: textOf(notice), cps: textOf(cps) } }
  })
}

function parsed (text: string): JsonValue | undefined {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

function textOf (value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

function oidProblem (text: string): string {
  for (const part of text.split('.')) {
    try {
      atoi(part)
    } catch (error) {
      return (error as Error).message
    }
  }
  return 'invalid object identifier'
}

/** Of text that is no JSON at its first character, which is what names are. */
function jsonProblem (text: string): string {
  const first = text.trimStart()[0] ?? ''
  return `invalid character '${first}' looking for beginning of value`
}
