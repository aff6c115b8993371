// sys/generate-root, and the same ceremony for DR operation tokens. https://developer.hashicorp.com/vault/api-docs/system/generate-root
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Cluster } from '../../cluster/cluster.js'
import {
  cancelRootGeneration, provideRootGenerationShare, rootGenerationProgress, startRootGeneration,
  type RootGenerationProgress, type RootGenerationStrategy
} from '../../cluster/root-generation.js'
import { sendEmpty, sendJson } from '../answer.js'
import type { LocalHandler, LocalRoute } from '../app.js'
import { readStruct } from './body.js'
import { ceremonyNode } from './ceremonies.js'
import { printJson, type JsonObject } from '../../json/index.js'
import { refuseOnDrSecondary } from '../../vault/replication/secondary-guards.js'
import { createRootToken } from '../../vault/tokens/tokens.js'

/** What a ceremony for one kind of token does beyond the shares. */
export interface Ceremony {
  readonly strategy: RootGenerationStrategy
  /** refuses where this kind can't be made now */
  readonly check: (cluster: Cluster) => void
  readonly mint: (cluster: Cluster) => string
}

const rootCeremony: Ceremony = {
  strategy: 'root',
  check: refuseOnDrSecondary,
  mint: (cluster) => createRootToken({ cluster, storage: cluster.storage }).id
}

/** `attempt` and `update` below a path. */
export function ceremonyRoutes (base: string, ceremony: Ceremony): LocalRoute[] {
  const start: LocalHandler = async (request, reply) => await startAttempt(request, reply, ceremony)
  const update: LocalHandler = async (request, reply) => await writeShare(request, reply, ceremony)
  return [
    { path: `${base}/attempt`, verbs: { GET: (request, reply) => readAttempt(request, reply, ceremony), PUT: start, POST: start, DELETE: (request, reply) => cancelAttempt(request, reply, ceremony) } },
    { path: `${base}/update`, verbs: { PUT: update, POST: update } }
  ]
}

export const generateRootRoutes: readonly LocalRoute[] = ceremonyRoutes('sys/generate-root', rootCeremony)

function clusterOf (request: FastifyRequest, { check }: Ceremony): Cluster {
  const { cluster } = ceremonyNode(request)
  check(cluster)
  return cluster
}

function readAttempt (request: FastifyRequest, reply: FastifyReply, ceremony: Ceremony): FastifyReply {
  const cluster = clusterOf(request, ceremony)
  return sendProgress(reply, ceremony, rootGenerationProgress(cluster), { otp: '', otpLength: cluster.profile.otpLength })
}

async function startAttempt (request: FastifyRequest, reply: FastifyReply, ceremony: Ceremony): Promise<FastifyReply> {
  const cluster = clusterOf(request, ceremony)
  const body = await readStruct(request, { struct: 'GenerateRootInitRequest', emptyAllowed: true, fields: { otp: 'string', pgp_key: 'string' } })
  const otp = startRootGeneration(cluster, { otp: String(body.otp ?? ''), pgpKey: String(body.pgp_key ?? ''), strategy: ceremony.strategy })
  return sendProgress(reply, ceremony, rootGenerationProgress(cluster), { otp, otpLength: cluster.profile.otpLength })
}

function cancelAttempt (request: FastifyRequest, reply: FastifyReply, ceremony: Ceremony): FastifyReply {
  cancelRootGeneration(clusterOf(request, ceremony))
  return sendEmpty(reply)
}

async function writeShare (request: FastifyRequest, reply: FastifyReply, ceremony: Ceremony): Promise<FastifyReply> {
  const cluster = clusterOf(request, ceremony)
  const body = await readStruct(request, { struct: 'GenerateRootUpdateRequest', emptyAllowed: false, fields: { nonce: 'string', key: 'string' } })
  const progress = provideRootGenerationShare(cluster, { key: String(body.key ?? ''), nonce: String(body.nonce ?? ''), strategy: ceremony.strategy }, () => ceremony.mint(cluster))
  return sendProgress(reply, ceremony, progress, { otp: '', otpLength: 0 })
}

function sendProgress (reply: FastifyReply, { strategy }: Ceremony, progress: RootGenerationProgress, { otp, otpLength }: { otp: string, otpLength: number }): FastifyReply {
  return sendJson(reply, 200, `${printJson(renderProgress(progress, { strategy, otp, otpLength }))}\n`)
}

function renderProgress (progress: RootGenerationProgress, { strategy, otp, otpLength }: { strategy: RootGenerationStrategy, otp: string, otpLength: number }): JsonObject {
  return {
    nonce: progress.nonce,
    started: progress.started,
    progress: progress.progress,
    required: progress.required,
    complete: progress.encodedToken !== '',
    encoded_token: progress.encodedToken,
    encoded_root_token: strategy === 'root' ? progress.encodedToken : '',
    pgp_fingerprint: '',
    otp,
    otp_length: otpLength
  }
}
