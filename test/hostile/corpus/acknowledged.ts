// Writes that were acknowledged and lost.
import { send, type Entry } from './entry.js'
import type { RequestStep } from '../cases.js'

const FLAGS = ['--profile', 'vault-1.14', '--nodes', '3', '--time', 'auto']
const other = { to: 'other' } as const

function cutOff (node: string, oneWay: boolean): RequestStep {
  return send('POST /_mock/links/cut', JSON.stringify({ from: node, to: 'vault', oneWay }), 200)
}

const written = send('PUT /v1/secret/data/x', '{"data":{"a":"kept"}}', 200, other)
const read = send('GET /v1/secret/data/x', undefined, { status: 200, contains: 'kept' }, other)
const heal = send('POST /_mock/links/heal', '{}', 200, other)

export const acknowledged: readonly Entry[] = [
  { name: 'by the majority, while the old leader was cut off', real: 'it is there when the links are whole again', flags: FLAGS, steps: [cutOff('raft_0', false), written, read, heal, read] },
  { name: 'by the majority, while the old leader was cut off one way', real: 'it is there when the links are whole again', flags: FLAGS, steps: [cutOff('raft_0', true), written, read, heal, read] },
  { name: 'while a follower was cut off', real: 'it is there when the links are whole again', flags: FLAGS, steps: [cutOff('raft_1', false), written, read, heal, read] }
]
