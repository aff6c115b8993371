// Controls that took the process with them.
import { HEALTHY, ROOT, send, type Entry } from './entry.js'
import { atServer, check } from './player-for.js'
import { leftDescriptors } from '../alone.js'

const GLOB = encodeURIComponent('**a**a**a**a**a**a**a**a**b')
const LONG_PATH = `GET /v1/secret/data/${'a'.repeat(200)}`
const RULE = 'POST /_mock/faults'
const left = { leaveAfterMs: 30 }
const hangs = send(RULE, '{"match":{"path":"secret/**"},"effect":{"hang":true}}')

export const controls: readonly Entry[] = [
  { name: 'a header of a rule with a line break', real: '400 when the rule is made', steps: [send(RULE, '{"effect":{"status":500,"headers":{"X":"a\\nb"}}}', 400), HEALTHY] },
  { name: 'the same without a status', real: '400 when the rule is made', steps: [send(RULE, '{"effect":{"headers":{"X":"a\\nb"}}}', 400), HEALTHY] },
  { name: 'a header name of a rule that is no token', real: '400 when the rule is made', steps: [send(RULE, '{"effect":{"headers":{"a b":"x"}}}', 400), HEALTHY] },
  { name: 'a label of a rule with a line break', real: '400 when the rule is made', steps: [send(RULE, '{"effect":{"status":500,"contentType":"a\\r\\nb"}}', 400), HEALTHY] },
  { name: 'a label of a rule with a line break, without a status', real: '400 when the rule is made', steps: [send(RULE, '{"effect":{"contentType":"a\\nb"}}', 400), HEALTHY] },
  { name: 'a header of a rule that frames', real: 'one frame', steps: [send(RULE, '{"effect":{"headers":{"Content-Length":"3","Transfer-Encoding":"chunked"}}}'), send('GET /v1/sys/health')] },
  { name: 'a glob that backtracks over the journal', real: 'at once', steps: [send(LONG_PATH), send(LONG_PATH), send(`GET /_mock/journal?path=${GLOB}`, undefined, 200)] },
  { name: 'a glob that backtracks in a rule', real: 'at once', steps: [send(RULE, '{"match":{"path":"**a**a**a**a**a**a**a**a**b"},"effect":{"status":500}}'), send(LONG_PATH)] },
  { name: 'skip-until what never comes', real: 'within 2 s, with how far it came', steps: [send('POST /_mock/time/skip-until', '{"condition":"voters","count":99}'), send('POST /_mock/time/skip-until', '{"condition":"snapshot-taken","name":"x","limitMs":1e300}')] },
  { name: 'an advance by all time', real: 'within 2 s, with how far it came', steps: [send('PUT /v1/sys/storage/raft/snapshot-auto/config/x', '{"interval":"1s","retain":1,"storage_type":"local","path_prefix":"./x","local_max_space":100000}'), send('POST /_mock/time/advance', '{"ms":1e15}'), HEALTHY] },
  { name: 'a scale of 1e308', real: '400', steps: [send('PUT /_mock/time', '{"mode":"live","scale":1e308}', 400), send('GET /_mock/time', undefined, { contains: '"nowMs":1' }), HEALTHY] },
  { name: 'an instant at the end of dates', real: '400', steps: [send('PUT /_mock/time', '{"nowMs":8.64e15}', 400), send('PUT /_mock/time', '{"nowMs":1e300}', 400), send('GET /_mock/time', undefined, { contains: '"nowMs":1' }), HEALTHY] },
  { name: '1,500 waits that were left', real: 'other requests do not notice', steps: [send('POST /_mock/journal/wait', '{"path":"never","count":9,"timeoutMs":600000}', undefined, { times: 1_500, leaveAfterMs: 0 }), ...Array.from({ length: 20 }, () => HEALTHY)] },
  { name: '100 hanging requests that were left', real: 'no descriptor stays', steps: [hangs, send('GET /v1/secret/data/app', undefined, undefined, { times: 100, ...left })] },
  { name: '100 requests to a paused node that were left', real: 'no descriptor stays', flags: ['--profile', 'vault-1.14', '--nodes', '3'], steps: [send('POST /_mock/nodes/raft_2/pause'), send('GET /v1/secret/data/app', undefined, undefined, { to: 'other', times: 100, ...left })] },
  { name: 'a latency of 2^31 ms', real: '400, or as long as it says', steps: [send(RULE, '{"effect":{"latency":2147483648}}', 400)] },
  {
    name: 'the descriptors of clients that left, seen while the rule stands',
    real: 'their sockets are closed',
    act: async () => {
      await atServer(async (player) => {
        await player.ask('POST', '/_mock/faults', '{"match":{"path":"secret/**"},"effect":{"hang":true}}')
        const before = player.server.descriptors()
        await player.play({ attack: 'corpus', flags: [], steps: [send('GET /v1/secret/data/app', undefined, undefined, { times: 100, ...left })] })
        const [stay] = await leftDescriptors(player, before)
        check(stay === undefined, stay?.what ?? '')
      })
    }
  },
  {
    name: 'requests while 1,500 waits were left',
    real: 'as fast as before',
    act: async () => {
      await atServer(async (player) => {
        const wait = send('POST /_mock/journal/wait', '{"path":"never","count":9,"timeoutMs":600000}', undefined, { times: 1_500, leaveAfterMs: 1, headers: ROOT })
        await player.play({ attack: 'corpus', flags: [], steps: [wait] })
        const beforeMs = player.server.cpuMs()
        for (let index = 0; index < 20; index++) await player.ask('GET', '/v1/secret/data/app')
        const eachMs = (player.server.cpuMs() - beforeMs) / 20
        check(eachMs < 100, `${Math.round(eachMs)} ms of computing for each request`)
      })
    }
  }
]
