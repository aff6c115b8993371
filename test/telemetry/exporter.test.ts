// The sample exporter before four clusters: a primary, its performance secondary, and the DR secondaries of both.
import t from 'tap'
import { metricsOf, type Target } from '../../examples/exporter/exporter.js'
import { call, openTestWorld } from '../replication/replicated.js'

const CLUSTERS = { east: { nodes: 3 }, west: {}, eastDr: {}, westDr: {} }

t.test('the exporter sees who is up, who leads, and who is behind', async (t) => {
  const world = await openTestWorld(t, { clusters: CLUSTERS, unauthenticatedMetricsAccess: true })
  const { east, west, eastDr, westDr } = world
  east.replicateTo(eastDr, 'dr')
  east.replicateTo(west)
  west.replicateTo(westDr, 'dr')
  const targets: Target[] = [east, west, eastDr, westDr].map(({ name, nodes }) => {
    return { cluster: name, nodes: nodes.map(({ url }) => url ?? '') }
  })
  await call(east, 'POST', 'secret/data/a', { data: { v: 1 } })
  const before = await metricsOf(targets)
  t.equal(before.match(/^vault_up\{.*\} 1$/gm)?.length, 6, 'all nodes answer, those of DR secondaries, too')
  t.equal(before.match(/^vault_node_active\{.*\} 1$/gm)?.length, 4, 'one leads in each cluster')
  t.match(before, /^vault_cluster_failure_tolerance\{cluster="east",node="[^"]+"\} 0$/m, 'followers are no voters yet')
  for (const [kind, primary, secondary] of [
    ['performance', 'east', 'west'], ['dr', 'east', 'eastDr'], ['dr', 'west', 'westDr']
  ]) t.match(before, new RegExp(`^vault_replication_lag\\{kind="${kind}",primary="${primary}",secondary="${secondary}"\\} `, 'm'))
  world.cut('east', 'eastDr')
  for (let i = 0; i < 5; i++) await call(east, 'POST', 'secret/data/a', { data: { v: i } })
  world.controls.nodes.kill('west/raft_0')
  const after = await metricsOf(targets)
  t.match(after, /^vault_up\{cluster="west",node="[^"]+"\} 0$/m)
  const lagOf = (text: string): number => {
    return Number(/^vault_replication_lag\{kind="dr",primary="east",secondary="eastDr"\} (\d+)$/m.exec(text)?.[1])
  }
  t.ok(lagOf(after) > lagOf(before), `${lagOf(before)}, then ${lagOf(after)}`)
})
