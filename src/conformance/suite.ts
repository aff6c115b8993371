// Plays what can be played at a server and says what came of it, tier by tier.
import type { Recordings } from './library.js'
import { TIERS } from './library.js'
import { play, type Stage } from './player.js'
import { stageFor, type Target } from './readiness.js'
import type { Exchange, Recording, Scenario } from './scenario.js'
import { figuresOf, judge, statementsIn, type Figures, type ScenarioResult } from './verdict.js'

/** What was played where. */
export interface Report {
  /** the nodes that were asked */
  readonly servers: readonly string[]
  /** what the first of them says it is */
  readonly version: string
  /** whose recordings its answers were compared with */
  readonly profile: string
  /** `2026-11-21` */
  readonly date: string
  readonly tiers: readonly TierResult[]
}

export interface TierResult {
  readonly tier: string
  readonly figures: Figures
  /** what must be known of its figures */
  readonly note?: string
  readonly scenarios: readonly ScenarioResult[]
}

export interface Suite {
  readonly scenarios: readonly Scenario[]
  readonly recordings: Recordings
  readonly profile: string
}

const RESTS_ON_DOCUMENTS = 'no recording of an enterprise server exists yet: what is known of replication today rests on documents; ' +
  '`vault-mock conformance record` makes one'

/**
 * Plays each scenario that has something to compare with.
 *
 * @param tell is given each scenario's result when it is there
 * @throws {Error} where a server does not answer at all
 */
export async function playSuite (
  suite: Suite, target: Target, tell: (result: ScenarioResult) => void = () => {}
): Promise<TierResult[]> {
  const results: ScenarioResult[] = []
  for (const scenario of suite.scenarios) {
    const result = await playOne(scenario, suite, target)
    results.push(result)
    tell(result)
  }
  return tiersOf(results)
}

async function playOne (scenario: Scenario, { recordings, profile }: Suite, target: Target): Promise<ScenarioResult> {
  const { name, tier } = scenario
  const recording = recordings.get(profile)?.get(name)
  const left = (notPlayed: string): ScenarioResult => {
    const exchanges = judge(scenario, recording, leftOut(scenario, recording, notPlayed))
    return { name, tier, notPlayed, exchanges }
  }
  if (recording === undefined && statementsIn(scenario).length === 0) {
    return left(`no recording of it with ${profile}`)
  }
  if (target.mayChange) await target.renew?.()
  const readiness = await stageFor(scenario, target)
  return 'reason' in readiness ? left(readiness.reason) : await playScenario(scenario, recording, readiness.stage)
}

/** Plays one scenario where it can be played. */
export async function playScenario (
  scenario: Scenario, recording: Recording | undefined, stage: Stage
): Promise<ScenarioResult> {
  const { exchanges } = await play(scenario, stage)
  return { name: scenario.name, tier: scenario.tier, exchanges: judge(scenario, recording, exchanges) }
}

function leftOut (scenario: Scenario, recording: Recording | undefined, reason: string): Exchange[] {
  const ids = recording?.exchanges.map(({ id }) => id) ?? statementsIn(scenario).map(([id]) => id)
  return ids.map((id) => ({ id, leftOut: reason }))
}

/** Results tier by tier, without the tiers of which there are none. */
export function tiersOf (results: readonly ScenarioResult[]): TierResult[] {
  return TIERS.flatMap((tier) => {
    const scenarios = results.filter((result) => result.tier === tier)
    if (scenarios.length === 0) return []
    const figures = figuresOf(scenarios.flatMap(({ exchanges }) => exchanges))
    return [{ tier, figures, scenarios, ...(tier === 'replication' && figures.total === 0 && { note: RESTS_ON_DOCUMENTS }) }]
  })
}

/** All tiers together. */
export function totalOf (tiers: readonly TierResult[]): Figures {
  return figuresOf(tiers.flatMap(({ scenarios }) => scenarios.flatMap(({ exchanges }) => exchanges)))
}
