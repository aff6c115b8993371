// Worlds that know nothing of each other but their sockets: it is all the same whether they share a process.
import type { Test } from 'tap'
import { createCluster } from '../../src/index.js'
import type { Answer, Running } from './processes.js'

export async function startWorld (t: Test, time: 'live' | 'manual' = 'live'): Promise<Running> {
  const world = await createCluster({ time })
  t.teardown(() => world.close())
  return { url: world.nodes[0]!.url, key: world.unsealKeys[0]! } as Running
}

/** A control; with a body it is sent. */
export async function control ({ url }: { readonly url: string }, path: string, body?: object): Promise<Answer> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const answer = await fetch(`${url}/_mock/${path}`, init)
  return { status: answer.status, json: await answer.json() }
}
