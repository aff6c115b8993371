// Nomad's listeners.
import { raw, send, type Entry } from './entry.js'
import { startPlayer } from './player-for.js'
import { Connection } from '../wire.js'

const MIB = 1024 * 1024
const HALF_A_BODY = ['PUT /v1/operator/autopilot/configuration HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n', { repeat: ' ', times: 100_000 }]

export const nomad: readonly Entry[] = [
  { name: 'Expect: 100-continue behind another request', real: 'answers do not run into one another', steps: [raw(['GET /v1/agent/self HTTP/1.1\r\nHost: a\r\n\r\nPUT /v1/agent/self HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}'], 'nomad')] },
  { name: 'the same, many times over', real: 'answers do not run into one another', steps: [raw([{ repeat: 'GET /v1/agent/self HTTP/1.1\r\nHost: a\r\n\r\nPUT /v1/agent/self HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}', times: 10 }], 'nomad')] },
  { name: 'a time to live that is an object', real: 'nobody looks at it', steps: [send('PUT /v1/acl/token/null', '{"ExpirationTTL":{}}', undefined, { to: 'nomad' })] },
  { name: 'a body above 32 MiB', real: 'an ordinary refusal', steps: [send('PUT /v1/operator/autopilot/configuration', [{ repeat: ' ', times: 33 * MIB }, '{}'], undefined, { to: 'nomad' })] },
  { name: 'a client that leaves in the middle of a body', real: 'nobody is told', steps: Array.from({ length: 5 }, () => ({ kind: 'raw' as const, to: 'nomad' as const, pieces: HALF_A_BODY, pauseMs: 20, ending: 'leave' as const })) },
  {
    name: '100 Continue between head and body',
    real: 'an interim answer stands between answers only',
    act: async () => {
      const player = await startPlayer()
      try {
        const connection = new Connection(player.server.port('nomad'), [])
        connection.send(Buffer.from('GET /v1/agent/self HTTP/1.1\r\nHost: a\r\n\r\nPUT /v1/agent/self HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n'))
        await connection.until(() => connection.answers.length > 0, 30_000)
        connection.send(Buffer.from('{}'))
        await connection.until(() => connection.answers.length > 1, 30_000)
        connection.leave()
        if (connection.problem !== undefined) throw new Error(connection.problem)
        if (connection.answers.length !== 2) throw new Error(`${connection.answers.length} answers instead of 2`)
      } finally {
        await player.stop()
      }
    }
  }
]
