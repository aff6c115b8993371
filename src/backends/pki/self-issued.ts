// A certificate that named itself as issuer, signed by another authority: all that it says of itself stays.
import * as asn1 from '@peculiar/asn1-x509'
import type { SigningIssuer } from './signing-issuer.js'
import { alternativeNamesIn, NO_NAMES } from './x509/alternative-names.js'
import { algorithmFor } from './x509/algorithms.js'
import { signCertificate, valueIn, type ParsedCertificate } from './x509/certificate.js'
import { extensionsOf } from './x509/extensions.js'
import { subjectKeyIdOf } from './x509/keys.js'

/** Kept as they stand. */
const KEPT: readonly string[] = [asn1.id_ce_certificatePolicies, asn1.id_ce_nameConstraints]

export function resignedDer (certificate: ParsedCertificate, signer: SigningIssuer): Buffer {
  const { extensions, maxPathLength, publicKey } = certificate
  const names = { ...alternativeNamesIn(extensions), others: NO_NAMES.others }
  return signCertificate({
    serial: Buffer.from(certificate.serial.replaceAll(':', ''), 'hex'),
    subject: certificate.subject,
    issuer: signer.certificate.subject,
    notBeforeMs: certificate.notBeforeMs,
    notAfterMs: certificate.notAfterMs,
    publicKey,
    extensions: extensionsOf({
      keyUsage: certificate.keyUsage,
      extendedKeyUsages: [...valueIn(extensions, asn1.id_ce_extKeyUsage, asn1.ExtendedKeyUsage) ?? []],
      basicConstraints: { isCa: true, ...(maxPathLength === undefined ? {} : { maxPathLength }) },
      subjectKeyId: certificate.subjectKeyId ?? subjectKeyIdOf(publicKey),
      authorityKeyId: signer.certificate.subjectKeyId,
      ...signer.urls,
      names,
      copied: extensions.filter(({ extnID }) => KEPT.includes(extnID))
    })
  }, signer.key, algorithmFor(signer.key, 0))
}
