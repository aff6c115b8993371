// Tidying: certificates and authorities that ended long ago go.
import { issuersConfig, allIssuers } from './issuer-references.js'
import { DEFAULT_TIDY_CONFIG, type TidyConfig } from './config-forms.js'
import { crlConfig, rebuildLists } from './revocation-lists.js'
import { issuerIdOf } from './revocations.js'
import { reschedule } from './schedule.js'
import { rebuildChains, removeIssuer } from './stored-issuers.js'
import { certificateOf, stored, type PkiContext } from './stored.js'
import type { TidyCounts, TidyStatus } from './tidy-status.js'
import { parseCertificate } from './x509/certificate.js'

/** What is configured to go on by itself. */
export function autoTidyConfig (context: PkiContext): TidyConfig {
  return { ...DEFAULT_TIDY_CONFIG, ...stored.autoTidy(context).value }
}

/** Lets tidying come an interval from now, where it is to go on by itself. */
export function scheduleTidying (context: PkiContext, { enabled, interval_duration: seconds }: TidyConfig): void {
  reschedule(context, 'tidy', enabled ? context.nowMs + seconds * 1000 : undefined)
}

/** Does what a configuration asks for, and keeps how it went. */
export function tidy (context: PkiContext, config: TidyConfig): TidyStatus {
  const certificates = config.tidy_cert_store ? tidyCertificates(context, config) : 0
  const { revoked, missingIssuers } = tidyRevoked(context, config)
  if (config.tidy_expired_issuers) tidyIssuers(context, config)
  const counts: TidyCounts = { certificates, revoked, missingIssuers }
  const { nowMs } = context
  const status: TidyStatus = { state: 'Finished', config, startedAtMs: nowMs, finishedAtMs: nowMs, counts }
  stored.tidyStatus(context).put(status)
  return status
}

function tidyCertificates (context: PkiContext, { safety_buffer: seconds }: TidyConfig): number {
  const area = stored.certificates(context)
  const over = [...area.entries()].filter(([, coded]) => isOver(context, coded, seconds)).map(([serial]) => serial)
  for (const serial of over) area.delete(serial)
  return over.length
}

function tidyRevoked (
  context: PkiContext, config: TidyConfig
): Pick<TidyCounts, 'revoked' | 'missingIssuers'> {
  const { tidy_revoked_certs: deletes, tidy_revoked_cert_issuer_associations: associates } = config
  const area = stored.revoked(context)
  const entries = deletes || associates ? [...area.entries()] : []
  const strangers = associates
    ? entries.filter(([, { issuerId }]) => !stored.issuers(context).has(issuerId) || issuerId === '')
    : []
  for (const [serial, entry] of strangers) {
    const issuerId = issuerIdOf(context, parseCertificate(Buffer.from(entry.certificate, 'base64')))
    area.put(serial, { ...entry, issuerId })
  }
  const { safety_buffer: seconds } = config
  const over = deletes ? entries.filter(([, { certificate }]) => isOver(context, certificate, seconds)) : []
  for (const [serial] of over) {
    area.delete(serial)
    stored.certificates(context).delete(serial)
  }
  if (over.length > 0 && !crlConfig(context).auto_rebuild) rebuildLists(context, { isForced: false })
  return { revoked: over.length, missingIssuers: strangers.length }
}

/** All but the default one. */
function tidyIssuers (context: PkiContext, { issuer_safety_buffer: seconds }: TidyConfig): void {
  const { defaultId } = issuersConfig(context)
  const over = allIssuers(context).filter((issuer) => {
    return issuer.id !== defaultId && context.nowMs - certificateOf(issuer).notAfterMs > seconds * 1000
  })
  if (over.length === 0) return
  for (const issuer of over) removeIssuer(context, issuer)
  rebuildChains(context)
  rebuildLists(context, { isForced: false })
}

function isOver ({ nowMs }: PkiContext, coded: string, bufferSeconds: number): boolean {
  return nowMs - parseCertificate(Buffer.from(coded, 'base64')).notAfterMs > bufferSeconds * 1000
}
