// auth/kubernetes/config: the cluster whose service accounts log in.
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { failure, invalid, NotSimulated } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { changeValues } from '../auth-entries.js'
import { claimsIn, publicKeyIn, SignatureError } from '../jwt/key-sets.js'
import { configIn, putConfig, type KubernetesConfig } from './stored.js'

const LOCAL_CA = '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt'

const fields = Type.Object({
  disable_iss_validation: field.bool({ description: 'Whether tokens may name any issuer.', default: true }),
  disable_local_ca_jwt: field.bool({ description: 'Whether the pod\'s own authority and token are left alone.', default: false }),
  issuer: field.string({ description: 'The issuer that tokens must name.', default: '' }),
  kubernetes_ca_cert: field.string({ description: 'The authority of the API server, in PEM.', default: '' }),
  kubernetes_host: field.string({ description: 'Where the API server is: a URL.', default: '' }),
  pem_keys: field.stringList({ description: 'Keys that sign tokens, in PEM; without them the API server alone judges.' }),
  token_reviewer_jwt: field.string({ description: 'The token that reviews others.', default: '' }),
  use_annotations_as_alias_metadata: field.bool({
    description: 'Whether aliases have the annotations of their accounts (Vault 1.21; not simulated).', default: false
  })
})
type ConfigCall = Call<Static<typeof fields>>

const EMPTY: KubernetesConfig = {
  disable_iss_validation: true,
  disable_local_ca_jwt: false,
  issuer: '',
  kubernetes_ca_cert: '',
  kubernetes_host: '',
  pem_keys: [],
  token_reviewer_jwt: ''
}

export const configPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/auth/kubernetes#configure-method',
  path: 'config',
  summary: 'The configuration of the method.',
  fields,
  operations: { read, update: write }
})

/** @see recorded: `kubernetes-auth`, config read; the reviewer is never shown */
function read (call: ConfigCall): LogicalResponse | undefined {
  const config = configIn(call)
  if (config === undefined) return undefined
  const { token_reviewer_jwt: reviewer, ...shown } = config
  const { showsReviewer, aliasAnnotations } = call.cluster.profile.kubernetesAuth
  return {
    data: goMap({
      ...shown,
      ...(showsReviewer && { token_reviewer_jwt_set: reviewer !== '' }),
      ...(aliasAnnotations && { use_annotations_as_alias_metadata: false })
    })
  }
}

/** Every write says everything anew. */
async function write (call: ConfigCall): Promise<undefined> {
  const { kubernetesAuth } = call.cluster.profile
  const config = changeValues(EMPTY, call.fields)
  if (config.kubernetes_host === '') throw invalid('no host provided')
  if (kubernetesAuth.aliasAnnotations && call.fields.use_annotations_as_alias_metadata) {
    throw new NotSimulated('annotations of service accounts as metadata of aliases')
  }
  if (kubernetesAuth.wantsAudience) refuseNoPem(config.kubernetes_ca_cert)
  if (kubernetesAuth.reviewerIsParsed) refuseReviewer(config.token_reviewer_jwt)
  if (config.disable_local_ca_jwt && config.kubernetes_ca_cert === '') {
    throw invalid('kubernetes_ca_cert must be given when disable_local_ca_jwt is true')
  }
  if (!config.pem_keys.every(isKey)) throw invalid(kubernetesAuth.badKeysText)
  await refuseWithoutAuthority(call, config)
  putConfig(call, config)
}

function refuseNoPem (authority: string): void {
  if (authority === '' || /-----BEGIN ([^\n-]+)-----[^-]*-----END \1-----/.test(authority)) return
  throw invalid('The provided CA PEM data contains no valid certificates')
}

function isKey (pem: string): boolean {
  return ['rsa', 'ec'].includes(publicKeyIn(pem)?.asymmetricKeyType ?? '')
}

function refuseReviewer (jwt: string): void {
  if (jwt === '') return
  try {
    claimsIn(jwt)
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error
    throw failure(error.message.replace('go-jose/go-jose', 'square/go-jose'))
  }
}

/** A server in a pod finds an authority there; this one is in a pod where the outside has a cluster. */
async function refuseWithoutAuthority (call: ConfigCall, config: KubernetesConfig): Promise<void> {
  if (config.kubernetes_ca_cert !== '' || config.disable_local_ca_jwt) return
  const { reach } = await call.cluster.outside.ask({
    system: 'kubernetes', address: config.kubernetes_host, asked: 'read the authority of the pod'
  })
  if (reach === 'nothing') throw invalid(`open ${LOCAL_CA}: no such file or directory`)
}
