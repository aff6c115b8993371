// Files that a dev server of the real binary writes: its certificates, and what tests need to know of the cluster.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeCertificates } from '../http/certificates.js'
import { wallClockMs } from '../sim/wall-clock.js'
import type { Options } from './options/index.js'
import type { AnnouncedNode } from './announcement.js'

/** Certificates that lie in a folder of the user's. */
export interface DevCertificates {
  readonly tls: { readonly cert: string, readonly key: string }
  readonly caFile: string
}

/** Makes and writes them; undefined where nobody asked. Throws where the folder cannot be written. */
export function certificatesFor ({ devTlsCertDir: folder, listen: { host } }: Options): DevCertificates | undefined {
  if (folder === undefined) return undefined
  const { caPem, certPem, keyPem } = makeCertificates({ host, nowMs: wallClockMs() })
  mkdirSync(folder, { recursive: true })
  const caFile = join(folder, 'vault-ca.pem')
  writeFileSync(caFile, caPem)
  writeFileSync(join(folder, 'vault-cert.pem'), certPem)
  writeFileSync(join(folder, 'vault-key.pem'), keyPem, { mode: 0o600 })
  return { tls: { cert: certPem, key: keyPem }, caFile }
}

/** `-dev-cluster-json`: the members that HashiCorp's test helpers read. Source: `ClusterJson` of Vault's SDK. */
export function writeClusterJson (
  file: string, nodes: readonly AnnouncedNode[], caFile: string | undefined, rootToken: string | undefined
): void {
  const addresses = nodes.map(({ apiAddr }) => ({ api_address: apiAddr }))
  writeFileSync(file, JSON.stringify({ nodes: addresses, ca_cert_path: caFile ?? '', root_token: rootToken ?? '' }))
}
