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
  await Promise.all(world.nodes[0]?.cluster.autoSnapshotRuns.values() ?? [])
}

t.test('only the newest are kept, and foreign files stay, whatever they are called', async (t) => {
  const files = new MemoryFiles()
  for (const name of ['other', 'daily-1', 'daily-9999999999999999999']) {
    await files.write(`/backups/${name}.snap`, Buffer.from('mine'))
  }
  const { world } = scheduled(files)
  for (let hour = 1; hour <= 3; hour++) await anHour(world)
  t.same(files.paths, [
    '/backups/daily-1.snap', nameAfter(2), nameAfter(3), '/backups/daily-9999999999999999999.snap', '/backups/other.snap'
  ])
})

t.test('runs that time jumps over together follow each other', async (t) => {
  const files = new MemoryFiles()
  const { world, cluster } = scheduled(files)
  world.timeline.advance(5 * 3_600_000)
  await cluster.autoSnapshotRuns.get('hourly')
  t.same(files.paths, [nameAfter(4), nameAfter(5)])
})

t.test('the space is for all of them together; what was kept stays where a new one does not fit', async (t) => {
  const files = new MemoryFiles()
  const { world, cluster } = scheduled(files, { retain: 3 })
  await anHour(world)
  const bytes = Buffer.byteLength(files.text(nameAfter(1)))
  const hourly = { ...HOURLY, retain: 3, target: { local_max_space: Math.round(bytes * 2.5) } }
  configureAutoSnapshot(cluster, 'hourly', hourly)
  for (let hour = 2; hour <= 4; hour++) await anHour(world)
  t.same(files.paths, [nameAfter(1), nameAfter(2)])
  t.match(autoSnapshotStatus(cluster, 'hourly'), { lastError: /does not fit into local_max_space/ })
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
