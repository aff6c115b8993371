// The extensions of certificates, in the order in which Go writes them.
import { OctetString } from '@peculiar/asn1-schema'
import * as asn1 from '@peculiar/asn1-x509'
import { Extension, GeneralName } from '@peculiar/asn1-x509'
import { toArrayBuffer, toDer } from './der.js'
import { alternativeNames, hasOtherNames, isWithoutNames, type AlternativeNames } from './alternative-names.js'
import { policiesExtension, type PolicyIdentifier } from './policies.js'

/** What a certificate is to say of itself; absent: not said. */
export interface ExtensionWishes {
  /** bits as `asn1.KeyUsageFlags` has them; 0: none */
  readonly keyUsage: number
  /** object identifiers */
  readonly extendedKeyUsages?: readonly string[]
  readonly basicConstraints?: { readonly isCa: boolean, readonly maxPathLength?: number }
  readonly subjectKeyId: Uint8Array
  readonly authorityKeyId?: Uint8Array
  readonly ocspServers?: readonly string[]
  readonly issuingCertificates?: readonly string[]
  readonly names?: AlternativeNames
  readonly isSubjectEmpty?: boolean
  readonly policies?: readonly PolicyIdentifier[]
  readonly permittedDnsDomains?: readonly string[]
  readonly crlDistributionPoints?: readonly string[]
  readonly deltaCrlDistributionPoints?: readonly string[]
  /** copied from elsewhere: they stand last, and in place of those made here */
  readonly copied?: readonly Extension[]
}

const OCSP = '1.3.6.1.5.5.7.48.1'
const CA_ISSUERS = '1.3.6.1.5.5.7.48.2'

/** All that there is to say, in order. */
export function extensionsOf (wishes: ExtensionWishes): Extension[] {
  const { names, policies = [], copied = [], isSubjectEmpty = false } = wishes
  const last = [...copied]
  const policiesStandLast = policies.some(({ qualifiers }) => qualifiers !== undefined)
  if (policies.length > 0 && policiesStandLast) last.push(policiesExtension(policies))
  if (names !== undefined && hasOtherNames(names)) last.push(alternativeNames(names))
  const first = [
    ...usages(wishes),
    ...constraints(wishes),
    ...keyIds(wishes),
    ...authorityInformation(wishes),
    ...(names === undefined || isWithoutNames(names) ? [] : [alternativeNames(names, isSubjectEmpty)]),
    ...(policies.length === 0 ? [] : [policiesExtension(policies)]),
    ...nameConstraints(wishes),
    ...distributionPoints(wishes)
  ]
  return [...first.filter(({ extnID }) => last.every((other) => other.extnID !== extnID)), ...last]
}

export function extension (extnID: string, value: object, critical = false): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(toArrayBuffer(toDer(value))) })
}

export function authorityKeyIdentifier (keyId: Uint8Array): Extension {
  const keyIdentifier = new asn1.KeyIdentifier(toArrayBuffer(keyId))
  return extension(asn1.id_ce_authorityKeyIdentifier, new asn1.AuthorityKeyIdentifier({ keyIdentifier }))
}

export function basicConstraints (isCa: boolean, maxPathLength?: number): Extension {
  const pathLength = maxPathLength === undefined || maxPathLength < 0 ? {} : { pathLenConstraint: maxPathLength }
  return extension(asn1.id_ce_basicConstraints, new asn1.BasicConstraints({ cA: isCa, ...pathLength }), true)
}

function usages ({ keyUsage, extendedKeyUsages = [] }: ExtensionWishes): Extension[] {
  return [
    ...(keyUsage === 0 ? [] : [extension(asn1.id_ce_keyUsage, new asn1.KeyUsage(keyUsage), true)]),
    ...(extendedKeyUsages.length === 0
      ? []
      : [extension(asn1.id_ce_extKeyUsage, new asn1.ExtendedKeyUsage([...extendedKeyUsages]))])
  ]
}

function constraints ({ basicConstraints: wish }: ExtensionWishes): Extension[] {
  return wish === undefined ? [] : [basicConstraints(wish.isCa, wish.maxPathLength)]
}

function keyIds ({ subjectKeyId, authorityKeyId }: ExtensionWishes): Extension[] {
  return [
    extension(asn1.id_ce_subjectKeyIdentifier, new asn1.SubjectKeyIdentifier(toArrayBuffer(subjectKeyId))),
    ...(authorityKeyId === undefined ? [] : [authorityKeyIdentifier(authorityKeyId)])
  ]
}

function authorityInformation ({ ocspServers = [], issuingCertificates = [] }: ExtensionWishes): Extension[] {
  const described = [
    ...ocspServers.map((url) => accessDescription(OCSP, url)),
    ...issuingCertificates.map((url) => accessDescription(CA_ISSUERS, url))
  ]
  if (described.length === 0) return []
  return [extension(asn1.id_pe_authorityInfoAccess, new asn1.AuthorityInfoAccessSyntax(described))]
}

function accessDescription (accessMethod: string, url: string): asn1.AccessDescription {
  const accessLocation = new GeneralName({ uniformResourceIdentifier: url })
  return new asn1.AccessDescription({ accessMethod, accessLocation })
}

function nameConstraints ({ permittedDnsDomains = [] }: ExtensionWishes): Extension[] {
  if (permittedDnsDomains.length === 0) return []
  const subtrees = permittedDnsDomains.map((dNSName) => new asn1.GeneralSubtree({ base: new GeneralName({ dNSName }) }))
  const permittedSubtrees = new asn1.GeneralSubtrees(subtrees)
  return [extension(asn1.id_ce_nameConstraints, new asn1.NameConstraints({ permittedSubtrees }), true)]
}

function distributionPoints (wishes: ExtensionWishes): Extension[] {
  const { crlDistributionPoints = [], deltaCrlDistributionPoints = [] } = wishes
  return [
    ...(crlDistributionPoints.length === 0
      ? []
      : [extension(asn1.id_ce_cRLDistributionPoints, pointsAt(crlDistributionPoints))]),
    ...(deltaCrlDistributionPoints.length === 0
      ? []
      : [extension(asn1.id_ce_freshestCRL, pointsAt(deltaCrlDistributionPoints))])
  ]
}

function pointsAt (urls: readonly string[]): asn1.CRLDistributionPoints {
  return new asn1.CRLDistributionPoints(urls.map((url) => new asn1.DistributionPoint({
    distributionPoint: new asn1.DistributionPointName({
      fullName: [new GeneralName({ uniformResourceIdentifier: url })]
    })
  })))
}
