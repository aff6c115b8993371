// Issuers as answers show them.
import { goMap } from '../../json/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import type { LogicalResponse } from '../../vault/paths.js'
import { chainCertificates } from './stored-issuers.js'
import { certificateOf, type Issuer, type PkiContext } from './stored.js'
import { NO_URLS } from './urls.js'
import { toPem } from './x509/pem.js'

const PSS_REMARK = 'Issuer uses a PSS Revocation Signature Algorithm. This algorithm will be downgraded to PKCS#1v1.5 ' +
  'signature scheme on OCSP responses, due to limitations in the OCSP library.'

/** All that is known of an issuer. */
export function shownIssuer (issuer: Issuer, context: PkiContext): LogicalResponse {
  const { profile } = context.cluster
  const { urls, revokedAtMs } = issuer
  const { issuingCertificates, crlDistributionPoints, deltaCrlDistributionPoints, ocspServers } = urls ?? NO_URLS
  return {
    data: goMap({
      ca_chain: chainPems(issuer, context),
      certificate: issuerPem(issuer),
      crl_distribution_points: crlDistributionPoints,
      ...(profile.pkiDeltaDistributionPoints ? { delta_crl_distribution_points: deltaCrlDistributionPoints } : {}),
      ...(urls !== null || profile.pkiShowsTemplating
        ? { enable_aia_url_templating: urls?.enableTemplating ?? false }
        : {}),
      issuer_id: issuer.id,
      issuer_name: issuer.name,
      issuing_certificates: issuingCertificates,
      key_id: issuer.keyId,
      leaf_not_after_behavior: issuer.leafNotAfterBehavior,
      manual_chain: issuer.manualChain,
      ocsp_servers: ocspServers,
      revocation_signature_algorithm: issuer.revocationAlgorithm,
      revoked: revokedAtMs > 0,
      ...(revokedAtMs > 0
        ? { revocation_time: Math.floor(revokedAtMs / 1000), revocation_time_rfc3339: rfc3339Nano(revokedAtMs) }
        : {}),
      usage: [...issuer.usage].sort().join(',')
    }),
    warnings: issuer.revocationAlgorithm.endsWith('PSS') ? [PSS_REMARK] : []
  }
}

/** With a newline at the end. */
export function issuerPem (issuer: Issuer): string {
  return toPem('CERTIFICATE', certificateOf(issuer).der)
}

export function chainPems (issuer: Issuer, context: PkiContext): string[] {
  return chainCertificates(context, issuer).map(({ der }) => toPem('CERTIFICATE', der))
}
