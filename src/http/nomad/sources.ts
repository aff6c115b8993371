// Where it is known from what Nomad's paths answer, method by method; PUT stands for POST, too.
import { REFUSED, type Source } from '../../vault/source.js'

/** What a real server was seen to answer when it was tried by hand: no recording of it is played again. */
export interface Observed {
  /** at which server */
  readonly observed: string
}

/** By path, then by method. A path that ends in a slash stands for all below it. */
export type NomadSources = Readonly<Record<string, Readonly<Record<string, Source | Observed>>>>

const RAFT_PAGE = 'https://developer.hashicorp.com/nomad/api-docs/operator/raft'
const SEEN: Observed = { observed: 'Nomad 2.0.6-dev' }
const IDLE: Source = { inferred: 'from how Nomad answers elsewhere: what a region says in which nothing runs' }
const NEIGHBOUR: Source = { inferred: "from Nomad's client and how Nomad answers elsewhere" }

export const nomadSources: NomadSources = {
  '/v1/operator/raft/configuration': { GET: RAFT_PAGE },
  '/v1/operator/raft/peer': { DELETE: RAFT_PAGE },
  '/v1/operator/raft/transfer-leadership': { PUT: SEEN },
  '/v1/operator/autopilot/configuration': { GET: SEEN, PUT: SEEN },
  '/v1/operator/autopilot/health': { GET: SEEN },
  '/v1/operator/scheduler/configuration': { GET: NEIGHBOUR, PUT: NEIGHBOUR },
  '/v1/operator/keyring/keys': { GET: NEIGHBOUR },
  '/v1/operator/snapshot': { GET: NEIGHBOUR, PUT: NEIGHBOUR },
  '/v1/status/leader': { GET: SEEN },
  '/v1/status/peers': { GET: SEEN },
  '/v1/regions': { GET: SEEN },
  '/v1/agent/health': { GET: SEEN },
  '/v1/agent/self': { GET: SEEN },
  '/v1/agent/members': { GET: SEEN },
  '/v1/agent/force-leave': { PUT: NEIGHBOUR },
  '/v1/agent/keyring/list': { GET: NEIGHBOUR },
  '/.well-known/jwks.json': { GET: SEEN },
  '/v1/acl/bootstrap': { PUT: SEEN },
  '/v1/acl/tokens': { GET: SEEN },
  '/v1/acl/token': { PUT: SEEN },
  '/v1/acl/token/self': { GET: SEEN },
  '/v1/acl/token/': { GET: SEEN, PUT: SEEN, DELETE: SEEN },
  '/v1/acl/policies': { GET: SEEN },
  '/v1/acl/policy/': { GET: SEEN, PUT: SEEN, DELETE: SEEN },
  '/v1/jobs': { GET: IDLE, PUT: REFUSED },
  '/v1/nodes': { GET: IDLE },
  '/v1/allocations': { GET: IDLE },
  '/v1/evaluations': { GET: IDLE },
  '/v1/deployments': { GET: IDLE },
  '/v1/services': { GET: IDLE },
  '/v1/volumes': { GET: IDLE },
  '/v1/namespaces': { GET: IDLE },
  '/v1/node/pools': { GET: IDLE },
  '/v1/system/gc': { PUT: IDLE },
  '/v1/system/reconcile/summaries': { PUT: IDLE }
}
