// sys/generate-root, and the same ceremony for DR operation tokens.
import { Type, type Static } from '@sinclair/typebox'
import type { FastifyPluginCallback, FastifyRequest } from 'fastify'
import type { Cluster } from '../../cluster/cluster.js'
import {
  cancelRootGeneration, provideRootGenerationShare, rootGenerationProgress, startRootGeneration,
  type RootGenerationProgress, type RootGenerationStrategy
} from '../../cluster/root-generation.js'
import { refuseOnDrSecondary } from '../../vault/replication/secondary-guards.js'
import type { Source } from '../../vault/source.js'
import { createRootToken } from '../../vault/tokens/tokens.js'
import { sendEmpty } from '../answer.js'
import { goStruct, member } from '../struct-bodies.js'
import { ceremonyCluster } from './ceremonies.js'
import { localPlugin, WRITES, type LocalApp } from './local-plugin.js'

/** What a ceremony for one kind of token does beyond the shares. */
export interface Ceremony {
  readonly source: Source
  readonly strategy: RootGenerationStrategy
  /** refuses where this kind can't be made now */
  readonly check: (cluster: Cluster) => void
  readonly mint: (cluster: Cluster) => string
}

const Progress = Type.Object({
  nonce: Type.String(),
  started: Type.Boolean(),
  progress: Type.Integer(),
  required: Type.Integer(),
  complete: Type.Boolean(),
  encoded_token: Type.String(),
  encoded_root_token: Type.String(),
  pgp_fingerprint: Type.String(),
  otp: Type.String(),
  otp_length: Type.Integer()
}, { additionalProperties: false })

const InitRequest = goStruct(
  { otp: member.string(), pgp_key: member.string() },
  { goName: 'GenerateRootInitRequest', emptyBody: 'no fields' }
)
const UpdateRequest = goStruct(
  { nonce: member.string(), key: member.string() },
  { goName: 'GenerateRootUpdateRequest', emptyBody: 'EOF' }
)

const rootCeremony: Ceremony = {
  source: 'https://developer.hashicorp.com/vault/api-docs/system/generate-root',
  strategy: 'root',
  check: refuseOnDrSecondary,
  mint: (cluster) => createRootToken({ cluster, storage: cluster.storage }).id
}

export const generateRootPlugin = ceremonyPlugin('/v1/sys/generate-root', rootCeremony)

/** `attempt` and `update` below a path. */
export function ceremonyPlugin (base: string, ceremony: Ceremony): FastifyPluginCallback {
  return localPlugin((app) => {
    addAttempt(app, `${base}/attempt`, ceremony)
    addUpdate(app, `${base}/update`, ceremony)
  }, { source: ceremony.source, before: (request) => { ceremony.check(ceremonyCluster(request)) } })
}

function addAttempt (app: LocalApp, url: string, { strategy }: Ceremony): void {
  const response = { 200: Progress }
  const show = (request: FastifyRequest, otp: string): Static<typeof Progress> => {
    const cluster = ceremonyCluster(request)
    return renderProgress(rootGenerationProgress(cluster), { strategy, otp, otpLength: cluster.profile.otpLength })
  }
  app.get(url, { schema: { response } }, (request) => show(request, ''))
  app.route({
    method: WRITES,
    url,
    schema: { body: InitRequest, response },
    handler (request) {
      const { otp = '', pgp_key: pgpKey = '' } = request.body
      return show(request, startRootGeneration(ceremonyCluster(request), { otp, pgpKey, strategy }))
    }
  })
  app.delete(url, (request, reply) => {
    cancelRootGeneration(ceremonyCluster(request))
    sendEmpty(reply)
  })
}

function addUpdate (app: LocalApp, url: string, { strategy, mint }: Ceremony): void {
  app.route({
    method: WRITES,
    url,
    schema: { body: UpdateRequest, response: { 200: Progress } },
    handler (request) {
      const cluster = ceremonyCluster(request)
      const { key = '', nonce = '' } = request.body
      const progress = provideRootGenerationShare(cluster, { key, nonce, strategy }, () => mint(cluster))
      return renderProgress(progress, { strategy, otp: '', otpLength: 0 })
    }
  })
}

interface Shown { readonly strategy: RootGenerationStrategy, readonly otp: string, readonly otpLength: number }

function renderProgress (progress: RootGenerationProgress, shown: Shown): Static<typeof Progress> {
  const { strategy, otp, otpLength } = shown
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
