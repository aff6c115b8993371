// One server for a test file, as it was at the start before each test.
import { createCluster, type RunningCluster } from '../open/create-cluster.js'
import type { OpenOptions } from '../open/open-world.js'
import type { Controls } from '../control/controls.js'

/** A cluster with its controls at hand. */
export interface TestCluster extends RunningCluster {
  readonly controls: Controls
  /** the leader's address, else the first node's */
  readonly url: string
  /** what Vault's own tools read */
  readonly environment: { readonly VAULT_ADDR: string, readonly VAULT_TOKEN: string }
}

type Hook = (run: () => Promise<void> | void) => unknown

/** The hooks of a test framework, whatever it calls them. */
export interface Hooks {
  /** once before the tests: `before`, `beforeAll` */
  readonly before: Hook
  /** once after them: `after`, `afterAll`, tap's `teardown` */
  readonly after: Hook
  readonly beforeEach: Hook
}

/** Starts a cluster for tests; `close` ends it. */
export async function startCluster (options: OpenOptions = {}): Promise<TestCluster> {
  const cluster = await createCluster(options)
  const url = (): string => cluster.leader?.url ?? cluster.nodes[0]?.url ?? ''
  return {
    ...cluster,
    get nodes () { return cluster.nodes },
    get leader () { return cluster.leader },
    get rootToken () { return cluster.rootToken },
    get unsealKeys () { return cluster.unsealKeys },
    get url () { return url() },
    get environment () { return { VAULT_ADDR: url(), VAULT_TOKEN: cluster.rootToken ?? '' } }
  }
}

/**
 * Starts one cluster before the tests of a file, resets it before each of them (which takes less than a millisecond),
 * and closes it after the last.
 *
 * @returns gives the cluster; to be called within tests
 * @example
 * const vault = useVault({ before: beforeAll, after: afterAll, beforeEach }, { nodes: 3 })
 * test('…', async () => { await fetch(`${vault().url}/v1/sys/health`) })
 */
export function useVault ({ before, after, beforeEach }: Hooks, options: OpenOptions = {}): () => TestCluster {
  let cluster: TestCluster | undefined
  before(async () => { cluster = await startCluster(options) })
  beforeEach(() => { cluster?.controls.reset() })
  after(async () => { await cluster?.close() })
  return () => {
    if (cluster === undefined) throw new Error('the cluster is not there yet: call this within a test')
    return cluster
  }
}
