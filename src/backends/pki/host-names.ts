// Names of hosts: what may be one, and how one is written that is not ASCII.
import { domainToASCII } from 'node:url'
import { goQuote } from '../../go/values.js'
import { invalid } from '../../refusal/index.js'

const LABEL = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\\-]*[a-zA-Z0-9])'
const HOST_NAME = new RegExp(`^(?:\\*\\.)?(?:${LABEL}\\.)*${LABEL}\\.?$`)
const WILDCARD_LABEL = new RegExp(`^(?:\\*|\\*${LABEL}|${LABEL}\\*|${LABEL}\\*${LABEL})$`)
const LONGEST_LABEL = 63
const LONGEST_NAME = 253

export function isHostName (name: string): boolean {
  return HOST_NAME.test(name)
}

/** The left-most label of a name with a wildcard. */
export function isWildcardLabel (label: string): boolean {
  return WILDCARD_LABEL.test(label)
}

/**
 * A name as certificates write it: other scripts in Punycode.
 *
 * @throws VaultError `idna: invalid label "…"`
 */
export function asciiName (name: string): string {
  const labels = name.split('.')
  const bare = labels.at(-1) === '' && labels.length > 1 ? labels.slice(0, -1) : labels
  const converted = bare.map((label) => asciiLabel(label, name))
  const whole = [...converted, ...labels.slice(bare.length)].join('.')
  if (converted.join('.').length > LONGEST_NAME) throw invalidLabel(whole)
  return whole
}

function asciiLabel (label: string, name: string): string {
  if (label === '') throw invalidLabel(name)
  const ascii = /^[\0-\x7f]*$/.test(label) ? label : domainToASCII(label)
  if (ascii === '' || ascii.length > LONGEST_LABEL) throw invalidLabel(label)
  return ascii
}

function invalidLabel (label: string): Error {
  return invalid(`idna: invalid label ${goQuote(label)}`)
}
