// The alternative names of a subject: hosts, addresses, e-mail, URIs and names of other kinds.
import { OctetString } from '@peculiar/asn1-schema'
import {
  DirectoryString, Extension, GeneralName, id_ce_subjectAltName as SUBJECT_ALT_NAME, OtherName, SubjectAlternativeName
} from '@peculiar/asn1-x509'
import { fromDer, MalformedDer, toArrayBuffer, toDer } from './der.js'

export interface AlternativeNames {
  readonly dns: readonly string[]
  readonly emails: readonly string[]
  /** addresses as text */
  readonly ips: readonly string[]
  readonly uris: readonly string[]
  readonly others: readonly OtherUtf8Name[]
}

/** A name of a kind of its own, always UTF-8. */
export interface OtherUtf8Name {
  readonly oid: string
  readonly value: string
}

export const NO_NAMES: AlternativeNames = { dns: [], emails: [], ips: [], uris: [], others: [] }

export function hasOtherNames ({ others }: AlternativeNames): boolean {
  return others.length > 0
}

export function isWithoutNames ({ dns, emails, ips, uris, others }: AlternativeNames): boolean {
  return [dns, emails, ips, uris, others].every(({ length }) => length === 0)
}

/** @param critical where the subject is empty: then these are all the names there are */
export function alternativeNames ({ dns, emails, ips, uris, others }: AlternativeNames, critical = false): Extension {
  const names = [
    ...others.map((name) => new GeneralName({ otherName: otherName(name) })),
    ...dns.map((dNSName) => new GeneralName({ dNSName })),
    ...emails.map((rfc822Name) => new GeneralName({ rfc822Name })),
    ...ips.map((iPAddress) => new GeneralName({ iPAddress })),
    ...uris.map((uniformResourceIdentifier) => new GeneralName({ uniformResourceIdentifier }))
  ]
  const extnValue = new OctetString(toArrayBuffer(toDer(new SubjectAlternativeName(names))))
  return new Extension({ extnID: SUBJECT_ALT_NAME, critical, extnValue })
}

/**
 * The names in a request's or a certificate's extensions.
 *
 * @throws MalformedDer
 */
export function alternativeNamesIn (extensions: readonly Extension[]): AlternativeNames {
  const found = extensions.find(({ extnID }) => extnID === SUBJECT_ALT_NAME)
  if (found === undefined) return NO_NAMES
  const names = [...fromDer(new Uint8Array(found.extnValue.buffer), SubjectAlternativeName)]
  return {
    dns: names.flatMap(({ dNSName }) => dNSName ?? []),
    emails: names.flatMap(({ rfc822Name }) => rfc822Name ?? []),
    ips: names.flatMap(({ iPAddress }) => iPAddress ?? []),
    uris: names.flatMap(({ uniformResourceIdentifier }) => uniformResourceIdentifier ?? []),
    others: names.flatMap(({ otherName: other }) => other === undefined ? [] : [readOtherName(other)])
  }
}

function otherName ({ oid, value }: OtherUtf8Name): OtherName {
  return new OtherName({ typeId: oid, value: toArrayBuffer(toDer(new DirectoryString({ utf8String: value }))) })
}

function readOtherName ({ typeId, value }: OtherName): OtherUtf8Name {
  const { utf8String } = fromDer(new Uint8Array(value), DirectoryString)
  if (utf8String === undefined) throw new MalformedDer('no UTF-8 string found in OtherName')
  return { oid: typeId, value: utf8String }
}
