// Automated snapshots for a local folder: through the port of files, as many as are retained.
import t from 'tap'
import { autoSnapshotStatus, configureAutoSnapshot, type AutoSnapshot } from '../../src/cluster/auto-snapshots.js'
import type { Cluster } from '../../src/cluster/cluster.js'
import { FIXTURES } from '../../src/world/fixtures/index.js'
import { World } from '../../src/world/world.js'
import { MemoryFiles } from '../memory-files.js'

const START_AT_MS = Date.parse('2024-01-01T00:00:00Z')

const HOURLY: AutoSnapshot = {
  intervalSeconds: 3600,
  retain: 2,
  pathPrefix: '/backups',
  filePrefix: 'daily',
  storageType: 'local',
  target: { local_max_space: 1_000_000 }
}

function scheduled (files: MemoryFiles, settings: Partial<AutoSnapshot> = {}): { world: World, cluster: Cluster } {
  const world = new World({ seed: 1, time: 'manual', startAtMs: START_AT_MS }, { files })
  world.addNode('vault', { id: 'raft_0', apiAddr: 'http://127.0.0.1:8200', clusterAddr: '127.0.0.1:8201' })
  FIXTURES.dev(world, world.nodes, { rootToken: 'root' })
  const { cluster } = world.nodes[0]!
  configureAutoSnapshot(cluster, 'hourly', { ...HOURLY, ...settings })
  return { world, cluster }
}

/** A snapshot is named by the nanosecond in which it was taken. */
function nameAfter (hours: number): string {
  return `/backups/daily-${START_AT_MS + hours * 3_600_000}000000.snap`
}

/** Lets an hour pass, and what the run writes be written. */
async function anHour (world: World): Promise<void> {
  world.timeline.advance(3_600_000)
  await new Promise((resolve) => { setImmediate(resolve) })
}

t.test('only the newest are kept, and foreign files stay', async (t) => {
  const files = new MemoryFiles()
  await files.write('/backups/other.snap', Buffer.from('mine'))
  const { world } = scheduled(files)
  for (let hour = 1; hour <= 3; hour++) await anHour(world)
  t.same(files.paths, [nameAfter(2), nameAfter(3), '/backups/other.snap'])
})

t.test('what does not fit is not written, and the status says why', async (t) => {
  const files = new MemoryFiles()
  const { world, cluster } = scheduled(files, { target: { local_max_space: 10 } })
  await anHour(world)
  t.same(files.paths, [])
  t.match(autoSnapshotStatus(cluster, 'hourly'), { lastError: /does not fit into local_max_space 10$/, lastUrl: '' })
})

t.test('a world without files says so', async (t) => {
  const world = new World({ seed: 1, time: 'manual' })
  await t.rejects(world.files.write('/backups/a', Buffer.alloc(0)), { message: /without files/ })
})
