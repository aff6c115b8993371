// What fills or slows the process little by little.
import { send, type Entry } from './entry.js'
import { atServer, check } from './player-for.js'
import type { Player } from '../player.js'
import { Connection } from '../wire.js'

const MIB = 1024 * 1024

/** @returns what the server computed, ms */
async function written (player: Player, times: number): Promise<number> {
  const beforeMs = player.server.cpuMs()
  for (let index = 0; index < times; index++) await player.ask('PUT', '/v1/secret/data/v', '{"data":{"a":1}}')
  return player.server.cpuMs() - beforeMs
}

export const growth: readonly Entry[] = [
  { name: 'a secret of 5 MB read 150 times', real: 'memory stays', steps: [send('PUT /v1/secret/data/x', ['{"data":{"a":"', { repeat: 'x', times: 5 * MIB }, '"}}'], 200), send('GET /v1/secret/data/x', undefined, 200, { times: 150 })] },
  { name: 'a body of 30 MB written 30 times', real: 'memory stays', steps: [send('PUT /v1/cubbyhole/x', ['{"a":"', { repeat: 'x', times: 30 * MIB }, '"}'], undefined, { times: 30 })] },
  {
    name: '5,000 versions of one key',
    real: 'the last are as fast as the first',
    act: async () => {
      await atServer(async (player) => {
        await player.ask('POST', '/v1/secret/metadata/v', '{"max_versions":100000}')
        await written(player, 50)
        const firstMs = await written(player, 100)
        await written(player, 4_750)
        const lastMs = await written(player, 100)
        const said = `${Math.round(firstMs)} ms for the first 100, ${Math.round(lastMs)} ms for the last`
        check(lastMs < firstMs * 5 + 300, said)
      })
    }
  },
  {
    name: 'connections that never send a byte',
    real: 'closed after 10 s (ReadHeaderTimeout)',
    act: async () => {
      await atServer(async (player) => {
        const silent = Array.from({ length: 5 }, () => new Connection(player.server.port('main'), []))
        await Promise.all(silent.map(async (connection) => await connection.until(() => false, 60_000)))
        const open = silent.filter(({ closed }) => !closed)
        for (const connection of open) connection.leave()
        check(open.length === 0, `${open.length} of 5 are open after a minute`)
      })
    }
  }
]
