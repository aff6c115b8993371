// The scenarios and recordings that come with the package, in `conformance/`.
import { readdir, readFile } from 'node:fs/promises'
import type { Recording, Scenario, ScenarioFile } from './scenario.js'

/** The same seen from the sources and from the bundle. */
const FOLDER = new URL('../../conformance/', import.meta.url)

/** In the order of the report. */
export const TIERS = ['documents', 'core', 'keys', 'raft', 'replication', 'engines'] as const

const TITLES: Readonly<Record<string, string>> = { documents: 'seed documents' }

/** As people read it. */
export function tierTitle (tier: string): string {
  return TITLES[tier] ?? tier
}

/** Every scenario, tier by tier. */
export async function loadScenarios (folder: URL = FOLDER): Promise<Scenario[]> {
  const perTier = await Promise.all(TIERS.map(async (tier) => {
    const files = await readdir(new URL(`scenarios/${tier}/`, folder))
    const names = files.filter((file) => file.endsWith('.js')).sort()
    return await Promise.all(names.map((file) => loadScenario(tier, file, folder)))
  }))
  return perTier.flat()
}

async function loadScenario (tier: string, file: string, folder: URL): Promise<Scenario> {
  const place = new URL(`scenarios/${tier}/${file}`, folder)
  const { default: content } = await import(place.href) as { default: ScenarioFile }
  return { ...content, tier, name: file.slice(0, -'.js'.length) }
}

/** Recordings by profile and scenario. */
export type Recordings = ReadonlyMap<string, ReadonlyMap<string, Recording>>

export async function loadRecordings (folder: URL = FOLDER): Promise<Recordings> {
  const profiles = (await readdir(new URL('recorded/', folder))).sort()
  const all = profiles.map(async (profile) => [profile, await recordingsIn(profile, folder)] as const)
  return new Map(await Promise.all(all))
}

async function recordingsIn (profile: string, folder: URL): Promise<Map<string, Recording>> {
  const place = new URL(`recorded/${profile}/`, folder)
  const files = (await readdir(place)).filter((file) => file.endsWith('.json')).sort()
  const recordings = await Promise.all(files.map((file) => readRecording(new URL(file, place))))
  return new Map(recordings.map((recording) => [recording.scenario, recording]))
}

/** @throws {Error} where it cannot be read or is no recording */
export async function readRecording (file: URL | string): Promise<Recording> {
  const recording = JSON.parse(await readFile(file, 'utf8')) as Partial<Recording>
  const { scenario, source, exchanges } = recording
  if (scenario === undefined || source === undefined || !Array.isArray(exchanges)) {
    throw new Error(`${String(file)} is no recording`)
  }
  return { scenario, source, exchanges }
}

/** Between the two versions of Vault that were recorded. */
const NEARER_TO_1_21 = 18

/** What `sys/health` says of it. */
export interface ServerVersion {
  readonly version?: string
  readonly enterprise?: boolean
}

/** The profile whose recordings are the nearest to a server. */
export function nearestProfile ({ version, enterprise }: ServerVersion): string {
  const [major = 0, minor = 0] = (version ?? '').replace(/^v/, '').split('.').map(Number)
  // Vault says which edition it is since 1.16, and so in every version that begins with 2
  if (major === 2 && enterprise === undefined) return 'openbao-2.5'
  return major > 1 || minor >= NEARER_TO_1_21 ? 'vault-1.21' : 'vault-1.14'
}
