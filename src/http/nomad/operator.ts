// Nomad: the scheduler's settings and the keyring.
import { goMap, JsonNumber, type JsonValue } from '../../json/index.js'
import { schedulerAlgorithm, setSchedulerConfig, type SchedulerConfig } from '../../nomad/scheduler.js'
import type { StoredSchedulerConfig } from '../../nomad/region-state.js'
import type { NomadAnswer } from './nomad-answer.js'
import type { NomadRequest } from './handle.js'
import { checkAndSetOf, decodeNomadStruct, parseNomadBody, type StructShape } from './nomad-bodies.js'
import { invalidMethod } from './methods.js'
import { indexHeader, routesOf } from './table.js'
import { schedulerFields } from '../../nomad/snapshot-records.js'

const PARSING = 'Error parsing scheduler config: '
const SETTINGS = {
  typeName: 'SchedulerConfiguration',
  fields: {
    SchedulerAlgorithm: 'string',
    MemoryOversubscriptionEnabled: 'bool',
    RejectJobRegistration: 'bool',
    PauseEvalBroker: 'bool'
  }
} as const satisfies StructShape<string>
const PREEMPTION = {
  typeName: 'PreemptionConfig',
  fields: {
    SystemSchedulerEnabled: 'bool',
    SysBatchSchedulerEnabled: 'bool',
    BatchSchedulerEnabled: 'bool',
    ServiceSchedulerEnabled: 'bool'
  }
} as const satisfies StructShape<string>

export const nomadOperatorRoutes = {
  ...routesOf({
    '/v1/operator/scheduler/configuration': {
      read: { needs: 'operator:read', json: renderConfiguration, index: ({ scheduler }) => scheduler.modifyIndex },
      write: { needs: 'operator:write', decode: decodeWrite }
    },
    '/v1/operator/keyring/keys': {
      read: { needs: 'operator:read', json: listKeys, index: ({ signingKey }) => signingKey.createIndex }
    }
  }),
  '/v1/operator/keyring/': (): never => { throw invalidMethod(404) }
}

/** The answer repeats what its headers say. */
function renderConfiguration ({ region: { scheduler }, knowsLeader, lastContactMs }: NomadRequest): JsonValue {
  return goMap({
    Index: scheduler.modifyIndex,
    KnownLeader: knowsLeader,
    LastContact: lastContactMs * 1e6,
    NextToken: '',
    SchedulerConfig: renderConfig(scheduler)
  })
}

function renderConfig (stored: StoredSchedulerConfig): JsonValue {
  const { PreemptionConfig, ...fields } = schedulerFields(stored)
  return goMap({ ...fields, PreemptionConfig: goMap(PreemptionConfig) })
}

async function decodeWrite (request: NomadRequest): Promise<() => NomadAnswer> {
  const config = decodeConfig(parseNomadBody(await request.readBody(), PARSING))
  const checkAndSet = checkAndSetOf(request.query.get('cas'))
  return () => {
    const { updated, index } = setSchedulerConfig(request.region, config, checkAndSet)
    return { json: goMap({ Index: index, Updated: updated }), headers: indexHeader(index) }
  }
}

/** What a body leaves out becomes zero. */
function decodeConfig (body: JsonValue): SchedulerConfig {
  const settings = decodeNomadStruct<keyof typeof SETTINGS['fields']>(SETTINGS, body, PARSING)
  const preemption = decodeNomadStruct<keyof typeof PREEMPTION['fields']>(PREEMPTION, preemptionOf(body), PARSING)
  return {
    algorithm: schedulerAlgorithm(String(settings.SchedulerAlgorithm ?? '')),
    preemption: {
      system: preemption.SystemSchedulerEnabled === true,
      sysBatch: preemption.SysBatchSchedulerEnabled === true,
      batch: preemption.BatchSchedulerEnabled === true,
      service: preemption.ServiceSchedulerEnabled === true
    },
    memoryOversubscription: settings.MemoryOversubscriptionEnabled === true,
    rejectJobRegistration: settings.RejectJobRegistration === true,
    pauseEvalBroker: settings.PauseEvalBroker === true
  }
}

function preemptionOf (body: JsonValue): JsonValue {
  const [, given] = Object.entries(body ?? {}).find(([key]) => key.toLowerCase() === 'preemptionconfig') ?? []
  return given ?? null
}

/** One key, that of the region's first day; its time in nanoseconds. */
function listKeys ({ region: { signingKey: { id, createdAtMs, createIndex } } }: NomadRequest): JsonValue {
  return [goMap({
    KeyID: id,
    Algorithm: 'aes256-gcm',
    CreateTime: new JsonNumber(`${createdAtMs}000000`),
    CreateIndex: createIndex,
    ModifyIndex: createIndex,
    PublishTime: 0,
    State: 'active'
  })]
}
