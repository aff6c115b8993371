// Certificate policies: object identifiers, with a notice or the address of a practice statement.
import { OctetString } from '@peculiar/asn1-schema'
import {
  CertificatePolicies, DisplayText, Extension, id_ce_certificatePolicies as POLICIES, PolicyInformation,
  PolicyQualifierInfo, Qualifier, UserNotice
} from '@peculiar/asn1-x509'
import { toArrayBuffer, toDer } from './der.js'

export interface PolicyIdentifier {
  readonly oid: string
  /** absent: an identifier alone */
  readonly qualifiers?: { readonly notice: string, readonly cps: string }
}

const CPS = '1.3.6.1.5.5.7.2.1'
const NOTICE = '1.3.6.1.5.5.7.2.2'

export function policiesExtension (policies: readonly PolicyIdentifier[]): Extension {
  const value = toDer(new CertificatePolicies(policies.map(information)))
  return new Extension({ extnID: POLICIES, extnValue: new OctetString(toArrayBuffer(value)) })
}

function information ({ oid, qualifiers = { notice: '', cps: '' } }: PolicyIdentifier): PolicyInformation {
  const { notice, cps } = qualifiers
  const explicitText = new DisplayText({ utf8String: notice })
  const policyQualifiers = [
    ...(notice === '' ? [] : [qualifier(NOTICE, new UserNotice({ explicitText }))]),
    ...(cps === '' ? [] : [qualifier(CPS, new Qualifier({ cPSuri: cps }))])
  ]
  return new PolicyInformation({
    policyIdentifier: oid, ...(policyQualifiers.length === 0 ? {} : { policyQualifiers })
  })
}

function qualifier (policyQualifierId: string, value: object): PolicyQualifierInfo {
  return new PolicyQualifierInfo({ policyQualifierId, qualifier: toArrayBuffer(toDer(value)) })
}
