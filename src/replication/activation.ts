// The activation payload: what a secondary to be is told, and the secret by which it is known ever after.
import { createECDH, createHash } from 'node:crypto'
import { goMap, type JsonObject } from '../json/index.js'
import type { Cluster } from '../cluster/cluster.js'
import type { Activation } from './transitions.js'
import type { PrimaryRecord, ReplicationKind } from './records.js'
import { activationCertificates, clientKeyIn, linkAuthority, type ClientKey } from './link-certificates.js'

const SCALAR_BYTES = 66
const MODES: Readonly<Record<ReplicationKind, number>> = { performance: 1, dr: 2 }

/** What is behind an activation token, and what the primary keeps of it. */
export interface NewActivation {
  readonly payload: JsonObject
  /** 64 hexadecimal digits */
  readonly secret: string
}

/** Who is to follow, and where it reaches its primary. */
export interface NewSecondary {
  readonly id: string
  readonly apiAddr: string
  /** `https://host:port` */
  readonly clusterAddr: string
}

/**
 * Makes the payload of one activation token, with a client key of its own.
 *
 * @see `reference/replication.md` §7.2 for the names
 */
export function newActivation (
  cluster: Cluster,
  kind: ReplicationKind,
  record: PrimaryRecord,
  { id, apiAddr, clusterAddr }: NewSecondary
): NewActivation {
  const random = cluster.random.stream('replication')
  const scalar = random.bytes(SCALAR_BYTES)
  scalar[0] = 0
  const curve = createECDH('secp521r1')
  curve.setPrivateKey(scalar)
  const point = curve.getPublicKey()
  const clientKey = {
    type: 'p521',
    x: decimal(point.subarray(1, 1 + SCALAR_BYTES)),
    y: decimal(point.subarray(1 + SCALAR_BYTES)),
    d: decimal(scalar)
  }
  const { caCert, clientCert } = activationCertificates(linkAuthority(cluster), id, clientKey)
  const payload = goMap({
    ca_cert: caCert,
    client_cert: clientCert,
    client_key: clientKey,
    cluster_id: record.clusterId,
    encrypted_client_key: null,
    id,
    mode: MODES[kind],
    nonce: null,
    primary_cluster_addr: record.primaryClusterAddr === '' ? clusterAddr : record.primaryClusterAddr,
    primary_api_addr: apiAddr
  })
  return { payload, secret: secretOf(clientKey.d) }
}

/** What a payload says, if it is for this kind. */
export function readActivation (payload: JsonObject, kind: ReplicationKind): PayloadContent | undefined {
  if (payload.mode !== MODES[kind]) return undefined
  const key = payload.client_key as ClientKey
  return {
    clusterId: String(payload.cluster_id),
    secondaryId: String(payload.id),
    secret: secretOf(key.d),
    certificates: {
      caCert: String(payload.ca_cert), clientCert: String(payload.client_cert), clientKey: clientKeyIn(key)
    },
    primaryClusterAddr: String(payload.primary_cluster_addr),
    primaryApiAddr: String(payload.primary_api_addr ?? '')
  }
}

/** What a secondary learns from a payload; `primaryApiAddr` may be empty. */
export type PayloadContent = Omit<Activation, 'primaryApiAddrOverride' | 'primaryApiAddrs'> & { readonly primaryApiAddr: string }

function secretOf (d: string): string {
  return createHash('sha256').update(`vault-mock replication ${d}`).digest('hex')
}

function decimal (bytes: Buffer): string {
  return BigInt(`0x${bytes.toString('hex')}`).toString()
}
