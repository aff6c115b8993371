// Names that issuers and keys are given: they must be usable as references, and free.
import { invalid } from '../../refusal/index.js'
import { ifKnown, requireIssuer, requireKey } from './issuer-references.js'
import type { PkiContext } from './stored.js'

const NAME = /^\w(?:[\w.-]*\w)?$/

/**
 * The name for a new issuer; empty: none was asked for.
 *
 * @throws VaultError where it cannot be had
 */
export function newIssuerName (context: PkiContext, wanted: string | undefined): string {
  if (wanted === undefined) return ''
  const name = wanted.trim()
  if (name === '') throw invalid('expected non-empty issuer name')
  if (name.toLowerCase() === 'default') throw invalid("reserved keyword 'default' can not be used as issuer name")
  if (!NAME.test(name)) throw invalid('issuer name contained invalid characters')
  if (ifKnown(() => requireIssuer(context, name)) !== undefined) throw invalid('issuer name already in use')
  return name
}

/** The same for a key. */
export function newKeyName (context: PkiContext, wanted: string | undefined): string {
  if (wanted === undefined) return ''
  const name = wanted.trim()
  if (name.toLowerCase() === 'default') throw invalid("reserved keyword 'default' can not be used as key name")
  if (!NAME.test(name)) throw invalid('key name contained invalid characters')
  if (ifKnown(() => requireKey(context, name)) !== undefined) throw invalid('key name already in use')
  return name
}

export function isReferenceName (name: string): boolean {
  return NAME.test(name)
}
