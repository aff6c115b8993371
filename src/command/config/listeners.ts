// `listener "tcp"`: where a server listens, with what certificate; the first is the node's own address.
import { parseGoBool } from '../../go/strconv.js'
import type { HclItem } from '../../hcl/hcl.js'
import { address, type Address } from '../options/kinds.js'
import { blocks, ConfigError, members, readAs, textOf, type Settings } from './items.js'

export interface ConfiguredListener {
  /** undefined: Vault's own, 127.0.0.1:8200 */
  readonly address: Address | undefined
  /** both or none */
  readonly tlsCertFile: string | undefined
  readonly tlsKeyFile: string | undefined
  /** where the cluster address is listened on */
  readonly clusterAddress: Address | undefined
}

const USED = ['address', 'tls_cert_file', 'tls_key_file', 'tls_disable', 'cluster_address']

/** @throws {ConfigError} for an address that is none, or a certificate that is missing */
export function listenersIn (items: readonly HclItem[]): ConfiguredListener[] {
  return tcp(items).map((listener) => ({
    address: readAs('listener.address', address, textOf(listener.get('address'))),
    clusterAddress: readAs('listener.cluster_address', address, textOf(listener.get('cluster_address'))),
    ...tlsIn(listener)
  }))
}

/** `listener.proxy_protocol_behavior`, `listener "unix"` */
export function unknownInListeners (items: readonly HclItem[]): string[] {
  const others = blocks(items, 'listener').filter((item) => !isTcp(item))
  const listeners = tcp(items)
  const settings = listeners.flatMap((listener) => [...listener.keys()])
  return [
    ...others.map(({ keys: [, label = ''] }) => `listener "${label}"`),
    ...settings.filter((name) => !USED.includes(name)).map((name) => `listener.${name}`),
    // a node has one cluster address, which is listened on once
    ...listeners.flatMap((listener, i) => i > 0 && listener.has('cluster_address') ? [`listener[${i + 1}].cluster_address`] : [])
  ]
}

function tcp (items: readonly HclItem[]): Settings[] {
  return blocks(items, 'listener').filter(isTcp).map(members)
}

function isTcp ({ keys }: HclItem): boolean {
  return keys[1] === 'tcp'
}

/** Without `tls_disable` a listener of the real server wants a certificate. */
function tlsIn (listener: Settings): Pick<ConfiguredListener, 'tlsCertFile' | 'tlsKeyFile'> {
  const off = parseGoBool(textOf(listener.get('tls_disable')) ?? 'false') === true
  const [tlsCertFile, tlsKeyFile] = [textOf(listener.get('tls_cert_file')), textOf(listener.get('tls_key_file'))]
  if (off || listener.size === 0) return { tlsCertFile: undefined, tlsKeyFile: undefined }
  if (tlsCertFile === undefined || tlsKeyFile === undefined) {
    const wanted = "'tls_cert_file' and 'tls_key_file' are missing, or tls_disable = true"
    throw new ConfigError(`error initializing listener of type tcp: ${wanted}`)
  }
  return { tlsCertFile, tlsKeyFile }
}
