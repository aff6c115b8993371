// Fresh servers of ours for one scenario, as it wants them.
import { startServer } from '../clients/server.js'

// the recorded servers have no page at /ui/; ours is one of the controls
const OUT_OF_THE_BOX = ['--time', 'live', '--uninitialized', '--no-control']

/** @returns where to play, what the servers logged of faults, and how to stop them */
export async function serversFor (scenario, profile) {
  const flags = flagsFor(scenario, profile)
  const count = scenario.apart ? 2 : 1
  const servers = []
  for (let i = 0; i < count; i++) servers.push(await suitableServer(flags, scenario.tier === 'raft'))
  const nodes = scenario.apart ? servers.map(({ url }) => url) : servers[0].nodes.map(({ url }) => url)
  return {
    stage: { nodes: scenario.server === 'nomad' ? [servers[0].nomad[0].url] : nodes, fresh: scenario.server !== 'nomad', mayChange: true },
    faults: () => servers.flatMap((server) => server.faults()),
    stop: async () => { await Promise.all(servers.map((server) => server.stop())) }
  }
}

function flagsFor ({ server, apart, highAvailabilityOnly }, profile) {
  if (server === 'nomad') return ['--fixture', 'nomad-documented']
  return [
    ...OUT_OF_THE_BOX, '--no-nomad', '--profile', profile, '--nodes', apart ? '1' : '3',
    // the recorded servers are community editions, the documents describe enterprise routes as well
    ...(profile === 'documented' ? [] : ['--edition', 'ce']),
    ...(highAvailabilityOnly ? ['--raft', 'ha_storage'] : [])
  ]
}

/** @param inOrder their addresses sort as the nodes do, as in the recordings: `sys/ha-status` shows it */
async function suitableServer (flags, inOrder) {
  for (;;) {
    const server = await startServer(flags)
    const ports = server.nodes.map((node) => Number(new URL(node.url).port))
    // a node's cluster address is its port plus one: it must not read like another node's API address
    const sorted = ports.every((port, i) => i === 0 || String(ports[i - 1]) < String(port))
    if (!ports.some((port) => ports.includes(port + 1)) && (sorted || !inOrder)) return server
    await server.stop()
  }
}

/** Which of these paths a server of ours answers already: one enabled at `sys/mounts/x` or `sys/auth/x` then at `x`. */
export async function existing (paths, profile) {
  const server = await startServer(['--no-nomad', '--profile', profile, '--edition', 'ce'])
  try {
    const found = []
    for (const path of paths) {
      const ask = async (method, at, body) => {
        const headers = { 'X-Vault-Token': server.token }
        return await fetch(`${server.url}/v1/${at}`, { method, headers, body: body && JSON.stringify(body) })
      }
      const { ok } = await ask('POST', path, path.startsWith('sys/') ? { type: path.split('/').at(-1) } : {})
      const below = path.replace(/^sys\/(?:mounts\/)?/, '')
      const answer = ok ? await (await ask('GET', `${below}/x`)).text() : 'refused'
      if (ok && !answer.includes('does not simulate')) found.push(path)
    }
    return found
  } finally {
    await server.stop()
  }
}
