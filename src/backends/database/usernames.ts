// What users are called that roles make: by a template of the connection, or of the plugin.
import { createHash } from 'node:crypto'
import { executeTemplate, type TemplateFunction } from '../../go/text-template.js'
import { GoError } from '../../go/values.js'
import { NotSimulated } from '../../refusal/index.js'
import type { RandomStream } from '../../sim/random.js'

interface Naming {
  readonly displayName: string
  readonly roleName: string
  readonly nowMs: number
  readonly random: RandomStream
}

const SHORT_HASH_LENGTH = 8
const MOST_RANDOM = 4096

/**
 * A name by a template.
 *
 * @throws {GoError}
 */
export function usernameBy (template: string, { displayName, roleName, nowMs, random }: Naming): string {
  return filledIn(template, { DisplayName: displayName, RoleName: roleName }, { nowMs, random })
}

/**
 * What a template becomes with the functions that all of them have.
 *
 * @param functions those that it has besides
 * @throws {GoError}
 */
export function filledIn (
  template: string,
  fields: Readonly<Record<string, string>>,
  { nowMs, random }: Pick<Naming, 'nowMs' | 'random'>,
  functions: Readonly<Record<string, TemplateFunction>> = {}
): string {
  return executeTemplate(template, {
    fields,
    functions: {
      ...TEXT_FUNCTIONS,
      random: (length) => random.base62(boundedLength(Number(length))),
      uuid: () => random.uuid(),
      unix_time: () => String(Math.floor(nowMs / 1000)),
      unix_time_millis: () => String(nowMs),
      ...functions
    }
  })
}

/** A template may ask for any length, and is filled in while everybody waits. */
function boundedLength (length: number): number {
  if (length > MOST_RANDOM) throw new NotSimulated(`random texts of more than ${MOST_RANDOM} characters in templates`)
  return length
}

/** @see `sdk/helper/template/funcs.go` */
const TEXT_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  truncate: (length, text) => {
    if (Number(length) <= 0) throw new GoError(`max length must be > 0 but was ${length}`)
    return String(text).slice(0, Number(length))
  },
  truncate_sha256: (length, text) => {
    const most = Number(length)
    if (most <= SHORT_HASH_LENGTH) throw new GoError(`max length must be > 8 but was ${length}`)
    const whole = String(text)
    if (whole.length <= most) return whole
    const kept = most - SHORT_HASH_LENGTH
    return whole.slice(0, kept) + sha256(whole.slice(kept)).slice(0, SHORT_HASH_LENGTH)
  },
  uppercase: (text) => String(text).toUpperCase(),
  lowercase: (text) => String(text).toLowerCase(),
  replace: (find, replacement, text) => String(text).replaceAll(String(find), String(replacement)),
  sha256: (text) => sha256(String(text)),
  base64: (text) => Buffer.from(String(text)).toString('base64')
}

function sha256 (text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
