// Nomad: snapshots of a region, saved and restored.
import { createHash } from 'node:crypto'
import { restoreSnapshot, saveSnapshot } from '../../nomad/snapshot.js'
import type { NomadRequest, NomadRoutes } from './handle.js'
import type { NomadAnswer } from './nomad-answer.js'
import { invalidMethod } from './methods.js'

export const nomadSnapshotRoutes: NomadRoutes = {
  '/v1/operator/snapshot': (request) => {
    if (request.method === 'GET') return save(request)
    if (request.method === 'PUT' || request.method === 'POST') return restore(request)
    throw invalidMethod(405)
  }
}

/** Clients compare the archive with the digest; its type is what Go guesses from its first bytes. */
async function save (request: NomadRequest): Promise<NomadAnswer> {
  await request.forward(request.readOptions())
  request.requireManagement()
  const bytes = await saveSnapshot(request.region)
  const digest = createHash('sha256').update(bytes).digest('base64')
  return { bytes, headers: { 'Content-Type': 'application/x-gzip', Digest: `sha-256=${digest}` } }
}

async function restore (request: NomadRequest): Promise<NomadAnswer> {
  const archive = await request.readBody()
  await request.forward()
  request.requireManagement()
  await restoreSnapshot(request.region, archive)
  return {}
}
