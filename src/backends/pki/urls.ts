// Addresses that certificates carry: where their issuer, its lists and its OCSP are to be had.
import { failure, invalid } from '../../refusal/index.js'
import { stored, type Issuer, type PkiContext, type Urls } from './stored.js'

/** Ready to be put into a certificate. */
export interface CertificateUrls {
  readonly issuingCertificates: readonly string[]
  readonly crlDistributionPoints: readonly string[]
  readonly deltaCrlDistributionPoints: readonly string[]
  readonly ocspServers: readonly string[]
}

export const NO_URLS: Urls = {
  issuingCertificates: [],
  crlDistributionPoints: [],
  deltaCrlDistributionPoints: [],
  ocspServers: [],
  enableTemplating: false
}

const TEMPLATES = ['{{issuer_id}}', '{{cluster_path}}', '{{cluster_aia_path}}']

/** The mount's. */
export function globalUrls (context: PkiContext): Urls {
  return stored.urls(context).value ?? NO_URLS
}

export function isWithoutUrls (urls: CertificateUrls): boolean {
  return [urls.issuingCertificates, urls.crlDistributionPoints, urls.ocspServers].every(({ length }) => length === 0)
}

/**
 * What an issuer's certificates carry: its own addresses, else the mount's.
 *
 * @throws VaultError `unable to fetch AIA URL information: …`
 */
export function urlsFor (context: PkiContext, { id, urls }: Issuer): CertificateUrls {
  try {
    return filledUrls(context, urls === null || isWithoutUrls(urls) ? globalUrls(context) : urls, id)
  } catch (error) {
    throw failure(`unable to fetch AIA URL information: ${(error as Error).message}`)
  }
}

/**
 * With the templates filled.
 *
 * @param issuerId empty where there is no issuer yet
 * @throws VaultError where something for a template is missing
 */
export function filledUrls (context: PkiContext, urls: Urls, issuerId: string): CertificateUrls {
  if (!urls.enableTemplating || isWithoutUrls(urls)) return urls
  return {
    issuingCertificates: filled(context, 'issuing_certificates', urls.issuingCertificates, issuerId),
    crlDistributionPoints: filled(context, 'crl_distribution_points', urls.crlDistributionPoints, issuerId),
    deltaCrlDistributionPoints:
      filled(context, 'delta_crl_distribution_points', urls.deltaCrlDistributionPoints, issuerId),
    ocspServers: filled(context, 'ocsp_servers', urls.ocspServers, issuerId)
  }
}

function filled (context: PkiContext, name: string, urls: readonly string[], issuerId: string): string[] {
  const { path = '', aiaPath = '' } = stored.cluster(context).value ?? {}
  const lack = (what: string): Error => invalid(`unable to template AIA URLs as we lack ${what}`)
  const done = urls.map((url) => {
    if (url.includes('{{cluster_path}}') && path === '') throw lack('local cluster address information (path)')
    if (url.includes('{{cluster_aia_path}}') && aiaPath === '') throw lack('local cluster address information (aia_path)')
    if (url.includes('{{issuer_id}}') && issuerId === '') throw lack('an issuer_id for this operation')
    return url.replaceAll('{{cluster_path}}', path).replaceAll('{{cluster_aia_path}}', aiaPath)
      .replaceAll('{{issuer_id}}', issuerId)
  })
  const bad = badUrl(done)
  if (bad !== undefined) throw invalid(`error validating templated ${name}; invalid URI: ${bad}`)
  return done
}

/** The first that is no address, or still a template. */
export function badUrl (urls: readonly string[]): string | undefined {
  return urls.find((url) => TEMPLATES.some((template) => url.includes(template)) || !isUrl(url))
}

/** As loosely as the real check: a scheme may be missing, a host may not. */
function isUrl (text: string): boolean {
  if (text === '' || /\s/.test(text)) return false
  const host = /^(?:(?:https?|ftp|ldaps?|tcp|udp|wss?|irc|rtmp):\/\/)?(?:[^@/]*@)?(\[[0-9a-f:.]+\]|[^/:?#[\]]+)(?::\d{1,5})?(?:[/?#].*)?$/i
    .exec(text)?.[1]
  return host !== undefined && (/^\[|^localhost$/i.test(host) || /^[\w-]+(\.[\w-]+)+\.?$/.test(host))
}

/** @throws VaultError `invalid URL found in Authority Information Access (AIA) parameter …` */
export function refuseBadUrls (urls: Urls): void {
  if (urls.enableTemplating) return
  const named = [
    ['issuing_certificates', urls.issuingCertificates],
    ['crl_distribution_points', urls.crlDistributionPoints],
    ['delta_crl_distribution_points', urls.deltaCrlDistributionPoints],
    ['ocsp_servers', urls.ocspServers]
  ] as const
  for (const [name, list] of named) {
    const bad = badUrl(list)
    if (bad === undefined) continue
    throw invalid(`invalid URL found in Authority Information Access (AIA) parameter ${name}: ${bad}`)
  }
}

/** A mount or an issuer without addresses is worth a remark wherever an authority is made. */
export const WITHOUT_URLS = "This mount hasn't configured any authority information access (AIA) fields; " +
  'this may make it harder for systems to find missing certificates in the chain or to validate revocation status of ' +
  'certificates. Consider updating /config/urls or the newly generated issuer with this information.'
