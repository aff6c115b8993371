// How far an answer can be trusted: was it recorded, is it documented, or concluded from something else.
import type { NomadProfile } from '../../nomad/profiles.js'
import type { Profile } from '../../profiles/index.js'
import type { Source } from '../../vault/source.js'
import type { Observed } from '../nomad/sources.js'
import { keyOf, nomadProfileName, type KnownOperation } from './operations.js'
import recorded from './recorded.json' with { type: 'json' }

/**
 * `recorded`: a real server of this profile answered it, and the parity check compares ours with that.
 * `documented`: a published page of this server says it, or notes of a real one do; nothing is compared.
 * `inferred`: concluded from something else.
 */
export type Origin = 'recorded' | 'documented' | 'inferred'

/** What the recordings of one profile say of an operation. */
export interface Evidence {
  /** how many answers without an error there are, and a first one: `core: mounts at first` */
  readonly answers: number
  readonly refusals: number
  /** how often the server said that there is no such path or verb */
  readonly absences: number
  readonly example: string
}

/** By profile, then by the operation's key. */
export type RecordedIndex = Readonly<Record<string, Readonly<Record<string, Evidence>>>>

/** Where one operation of one profile is known from. */
export interface Provenance {
  readonly path: string
  readonly method: string
  readonly profile: string
  readonly origin: Origin
  /** the recording's first exchange, the page, or what it was concluded from */
  readonly source: string
  /** recorded answers without an error, and recorded refusals */
  readonly answers: number
  readonly refusals: number
  /** other profiles whose recordings have it */
  readonly recordedWith?: readonly string[]
}

const INDEX: RecordedIndex = recorded

/** What is known of an operation of a Vault or an OpenBao. */
export function provenanceIn (profile: Profile, operation: KnownOperation): Provenance {
  const { path, method, source } = operation
  const key = keyOf(operation)
  const evidence = INDEX[profile.name]?.[key]
  const { answers = 0, refusals = 0, absences = 0 } = evidence ?? {}
  const recordedWith = others(key, profile.name)
  return {
    path,
    method,
    profile: profile.name,
    ...judged(evidence, source, profile),
    answers,
    refusals: refusals + absences,
    ...(recordedWith.length > 0 && { recordedWith })
  }
}

type Judgement = Pick<Provenance, 'origin' | 'source'>

function judged (
  evidence: Evidence | undefined, source: KnownOperation['source'], profile: Profile
): Judgement {
  if (typeof source === 'object' && 'refused' in source) return { origin: 'inferred', source: source.refused }
  if (evidence !== undefined && isProof(evidence, profile)) {
    return { origin: 'recorded', source: `conformance/recorded/${profile.name}, ${evidence.example}` }
  }
  if (typeof source !== 'string') return withoutPage(source)
  if (source.startsWith(profile.documentation)) return { origin: 'documented', source }
  return { origin: 'inferred', source: `from the documentation of another server: ${source}` }
}

/**
 * Refusals alone do not show the answer. That a path is not there says something only of a server of which there is
 * one edition: the recordings are the community's.
 */
function isProof ({ answers, absences }: Evidence, { hasEnterpriseEdition }: Profile): boolean {
  return answers > 0 || (absences > 0 && !hasEnterpriseEdition)
}

function withoutPage (source: Exclude<Source, string> | Observed | undefined): Judgement {
  if (source === undefined) return { origin: 'inferred', source: 'its path table names no source' }
  if ('observed' in source) return { origin: 'documented', source: `notes of ${source.observed}` }
  return { origin: 'inferred', source: 'refused' in source ? source.refused : source.inferred }
}

function others (key: string, profile: string): string[] {
  return Object.keys(INDEX).filter((name) => name !== profile && (INDEX[name]?.[key]?.answers ?? 0) > 0)
}

/**
 * What is known of an operation of a Nomad server: nothing of it was recorded, and what was seen at one version says
 * nothing certain of another.
 */
export function nomadProvenanceIn (
  { name, version }: NomadProfile, { path, method, source }: KnownOperation
): Provenance {
  const known: Judgement = typeof source === 'string' ? { origin: 'documented', source } : withoutPage(source)
  const isOfAnother = typeof source === 'object' && 'observed' in source && source.observed !== `Nomad ${version}`
  const origin = isOfAnother ? 'inferred' : known.origin
  return { path, method, profile: nomadProfileName(name), origin, source: known.source, answers: 0, refusals: 0 }
}
