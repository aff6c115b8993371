// Names of other kinds as texts: `<oid>;UTF-8:<value>`.
import { goQuote } from '../../go/values.js'
import { invalid } from '../../refusal/index.js'
import type { OtherUtf8Name } from './x509/alternative-names.js'

/** @throws VaultError with the prefix before what is wrong */
export function parseOtherNames (texts: readonly string[], prefix: string): OtherUtf8Name[] {
  return texts.map((text) => {
    const semicolon = text.indexOf(';')
    if (semicolon < 0) throw invalid(`${prefix}: expected a semicolon in other SAN ${goQuote(text)}`)
    const colon = text.indexOf(':', semicolon)
    if (colon < 0) throw invalid(`${prefix}: expected a colon in other SAN ${goQuote(text)}`)
    if (!/^utf-?8$/i.test(text.slice(semicolon + 1, colon))) {
      throw invalid(`${prefix}: only utf8 other SANs are supported; ` +
        `found non-supported type in other SAN ${goQuote(text)}`)
    }
    return { oid: text.slice(0, semicolon), value: text.slice(colon + 1) }
  })
}
