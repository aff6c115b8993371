// Four clusters that do about all that clusters can do, looked at in between: what tests of the reference need.
import type { Test } from 'tap'
import type { NamedCluster } from '../../src/index.js'
import type { Node } from '../../src/cluster/node.js'
import { call, openTestWorld } from '../replication/replicated.js'

const CLUSTERS = { east: { nodes: 3 }, west: {}, eastDr: {}, westDr: {} }
const START = { time: 'manual', startAtMs: Date.parse('2024-01-01T00:00:00Z'), seed: 3 } as const
const S3 = { interval: '30m', storage_type: 'aws-s3', aws_s3_bucket: 'b', aws_s3_region: 'r', path_prefix: 'p' }

export interface AtWork {
  readonly nodes: () => readonly Node[]
  /** lets them work, and calls back after each step */
  readonly look: (see: () => void) => Promise<void>
}

export async function fourClustersAtWork (t: Test): Promise<AtWork> {
  const opened = await openTestWorld(t, { ...START, clusters: CLUSTERS })
  const { world, controls: { nodes }, east, west, eastDr, westDr } = opened
  east.replicateTo(eastDr, 'dr')
  east.replicateTo(west)
  west.replicateTo(westDr, 'dr')
  const advance = async (ms: number): Promise<void> => {
    world.timeline.advance(ms)
    // snapshots are written beside the timeline
    await Promise.all(world.nodes.flatMap(({ cluster }) => [...cluster.autoSnapshotRuns.values()]))
  }
  const kill = async (ids: readonly string[]): Promise<void> => {
    for (const id of ids) nodes.kill(id)
    await advance(30_000)
  }
  const followers = (): string[] => east.nodes.filter(({ node }) => !node.isActive).map(({ node }) => node.networkName)
  const steps: readonly (() => Promise<unknown>)[] = [
    () => useSecrets(east),
    () => usePolicies(east),
    () => useTokens(east),
    () => useLeases(east),
    () => useAudit(east),
    () => goTooFar(east),
    () => call(west, 'POST', 'secret/data/forwarded', { data: { a: 1 } }),
    () => advance(15_000),
    () => configureSnapshots(east),
    () => advance(3_700_000),
    () => restoreSnapshot(east),
    () => advance(10_000),
    () => askStandby(east),
    async () => { nodes.stepDown(east.leader?.node.networkName ?? '') },
    () => advance(30_000),
    () => sealAndUnseal(west, east.unsealKeys[0] ?? ''),
    () => kill([east.leader?.node.networkName ?? '']),
    () => kill(followers().slice(0, 1))
  ]
  return {
    nodes: () => world.nodes.filter(({ process }) => process === 'running'),
    look: async (see) => {
      for (const step of steps) {
        await step()
        see()
      }
    }
  }
}

async function useSecrets (east: NamedCluster): Promise<void> {
  await call(east, 'POST', 'secret/data/a', { data: { value: 1 } })
  await call(east, 'GET', 'secret/data/a')
  await call(east, 'LIST', 'secret/metadata')
  await call(east, 'DELETE', 'secret/metadata/a')
}

async function usePolicies (east: NamedCluster): Promise<void> {
  await call(east, 'PUT', 'sys/policies/acl/p', { policy: 'path "secret/*" { capabilities = ["read"] }' })
  await call(east, 'GET', 'sys/policies/acl/p')
  await call(east, 'LIST', 'sys/policies/acl')
  await call(east, 'DELETE', 'sys/policies/acl/p')
}

/** One is renewed, one is revoked with its prefix, one ends by itself; somebody logs in. */
async function useTokens (east: NamedCluster): Promise<void> {
  const { json } = await call(east, 'POST', 'auth/token/create', { ttl: '1h' })
  await call(east, 'POST', 'auth/token/renew', { token: json.auth.client_token })
  await call(east, 'POST', 'sys/auth/userpass', { type: 'userpass' })
  await call(east, 'POST', 'auth/userpass/users/ann', { password: 'open sesame' })
  await call(east, 'POST', 'auth/userpass/login/ann', { password: 'open sesame' })
  await call(east, 'PUT', 'sys/leases/revoke-prefix/auth/userpass')
  await call(east, 'POST', 'auth/token/create', { ttl: '10s', orphan: true })
}

/** A secret is given out for a while, and its lease renewed. */
async function useLeases (east: NamedCluster): Promise<void> {
  await call(east, 'POST', 'sys/mounts/leased', { type: 'kv', options: { leased_passthrough: 'true' } })
  await call(east, 'POST', 'leased/a', { user: 'ann', ttl: '1h' })
  const { json } = await call(east, 'GET', 'leased/a')
  await call(east, 'POST', 'sys/leases/renew', { lease_id: json.lease_id })
}

async function useAudit (east: NamedCluster): Promise<void> {
  await call(east, 'PUT', 'sys/audit/file', { type: 'file', options: { file_path: 'discard' } })
  await call(east, 'GET', 'secret/data/a')
}

async function goTooFar (east: NamedCluster): Promise<void> {
  await call(east, 'POST', 'sys/quotas/rate-limit/slow', { rate: 1, path: 'secret/data/slow' })
  for (let i = 0; i < 2; i++) await call(east, 'GET', 'secret/data/slow')
}

async function configureSnapshots (east: NamedCluster): Promise<void> {
  const base = 'sys/storage/raft/snapshot-auto/config'
  const local = { interval: '20m', storage_type: 'local', path_prefix: '/backups', retain: 1 }
  await call(east, 'POST', `${base}/cloud`, S3)
  await call(east, 'POST', `${base}/disk`, { ...local, local_max_space: 10_000_000 })
  await call(east, 'POST', `${base}/full`, { ...local, local_max_space: 1 })
}

/** After that whoever follows has to compare. */
async function restoreSnapshot (east: NamedCluster): Promise<void> {
  const headers = { 'x-vault-token': 'root' }
  const { rawPayload } = await east.inject({ url: '/v1/sys/storage/raft/snapshot', headers })
  await east.inject({ method: 'POST', url: '/v1/sys/storage/raft/snapshot', headers, payload: rawPayload })
}

/** It forwards the one, and cannot forward the other. */
async function askStandby (east: NamedCluster): Promise<void> {
  const standby = east.nodes.find(({ node }) => !node.isActive)
  for (const path of ['secret/data/a', 'sys/storage/raft/snapshot']) {
    await fetch(`${standby?.url}/v1/${path}`, { headers: { 'x-vault-token': 'root' }, redirect: 'manual' })
  }
}

async function sealAndUnseal (west: NamedCluster, key: string): Promise<void> {
  await call(west, 'PUT', 'sys/seal')
  await call(west, 'PUT', 'sys/unseal', { key })
}
