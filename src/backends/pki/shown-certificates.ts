// New certificates as answers show them: PEM, DER, or all in one text.
import { goMap, type JsonObject } from '../../json/index.js'
import type { Profile } from '../../profiles/index.js'
import type { Format } from './certificate-fields.js'
import type { SigningIssuer } from './signing-issuer.js'
import { isSignedByIssuer, type ParsedCertificate } from './x509/certificate.js'
import { colonHex } from './x509/keys.js'
import { trimmedPem } from './x509/pem.js'

export interface Shown {
  readonly certificate: ParsedCertificate
  readonly signer: SigningIssuer
  readonly format: Format
  readonly chain: readonly ParsedCertificate[]
  /** absent: the key is the client's */
  readonly privateKey?: { readonly private_key: string, readonly private_key_type: string }
  /** as it stands in a bundle */
  readonly bundledKey?: string
}

/** A leaf or an authority with who signed it. */
export function shownCertificate (shown: Shown, profile: Profile): JsonObject {
  const { certificate, signer, format, chain, privateKey } = shown
  const text = (one: ParsedCertificate): string => {
    return format === 'der' ? one.der.toString('base64') : trimmedPem('CERTIFICATE', one.der)
  }
  return goMap({
    ...(chain.length === 0 ? {} : { ca_chain: chain.map(text) }),
    certificate: format === 'pem_bundle' ? bundle(shown) : text(certificate),
    expiration: Math.floor(certificate.notAfterMs / 1000),
    issuing_ca: text(signer.certificate),
    serial_number: certificate.serial,
    ...(showsNotBefore(shown, profile) ? { not_before: Math.floor(certificate.notBeforeMs / 1000) } : {}),
    ...privateKey,
    ...(profile.pkiShowsAuthorityKeyId && !certificate.isCa
      ? { authority_key_id: colonHex(certificate.authorityKeyId ?? Buffer.alloc(0)) }
      : {})
  })
}

/** Only of leaves. */
function showsNotBefore ({ certificate }: Shown, { pkiShowsNotBefore }: Profile): boolean {
  return pkiShowsNotBefore && !certificate.isCa
}

function bundle ({ certificate, signer, bundledKey }: Shown): string {
  const pems = [certificate, ...signer.chain].map(({ der }) => trimmedPem('CERTIFICATE', der))
  return [...(bundledKey === undefined ? [] : [bundledKey]), ...pems].join('\n')
}

/** Without those that sign themselves. */
export function withoutRoots (chain: readonly ParsedCertificate[]): ParsedCertificate[] {
  return chain.filter((certificate) => {
    const { authorityKeyId, subjectKeyId } = certificate
    if (authorityKeyId === undefined) return !isSignedByIssuer(certificate, certificate)
    return subjectKeyId === undefined || !authorityKeyId.equals(subjectKeyId)
  })
}
