// Fault rules: which requests they meet, and how often they did.
import type { Node } from '../cluster/node.js'
import type { Question } from '../cluster/outside.js'
import type { Storage } from '../cluster/storage.js'
import type { RandomStream } from '../sim/random.js'
import { lookupToken } from '../vault/tokens/tokens.js'
import type { World } from '../world/world.js'
import { problemsIn, sayProblem } from '../json/form-problems.js'
import { FaultSpec as SpecForm, type Effect, type FaultSpec, type Latency, type Match } from './fault-schema.js'
import { globMatcher } from './globs.js'
import { ControlProblem } from './problem.js'

export type { Effect, FaultSpec, Latency, Match } from './fault-schema.js'

/** A rule as it stands. */
export interface FaultRule extends FaultSpec {
  /** counts from 1 */
  readonly id: number
  /** requests that matched, whatever their number or luck */
  readonly seen: number
  /** requests it did something to */
  readonly fired: number
}

/** What a rule looks at. */
export interface FaultRequest {
  readonly method: string
  /** without the query */
  readonly path: string
  readonly node: Node
  readonly token: string
}

/** A rule that meets a request. */
export interface Hit {
  readonly rule: FaultRule
  readonly effect: Effect
  /** of `stale`: the data as it was, by the cluster's key */
  readonly stale: ReadonlyMap<string, Storage> | undefined
}

interface Kept {
  readonly spec: FaultSpec
  readonly id: number
  readonly hasPath: ((path: string) => boolean) | undefined
  readonly isOutside: ((call: string) => boolean) | undefined
  readonly stale: ReadonlyMap<string, Storage> | undefined
  seen: number
  fired: number
}

/** The first rule in the list that meets a request decides. */
export class FaultRules {
  readonly #world: World
  readonly #changed: () => void
  #rules: Kept[] = []
  #count = 0

  constructor (world: World, changed: () => void) {
    this.#world = world
    this.#changed = changed
  }

  get size (): number { return this.#rules.length }

  /** @throws {ControlProblem} for one that could not be carried out */
  add (spec: FaultSpec): FaultRule {
    checkSpec(spec)
    const { match, effect } = spec
    const rule: Kept = {
      spec,
      id: ++this.#count,
      hasPath: match?.path === undefined ? undefined : globMatcher(match.path),
      isOutside: match?.outside === undefined ? undefined : globMatcher(match.outside),
      stale: effect.stale === true ? this.#storages() : undefined,
      seen: 0,
      fired: 0
    }
    this.#rules.push(rule)
    this.#changed()
    return shown(rule)
  }

  list (): FaultRule[] { return this.#rules.map(shown) }

  /** @throws {ControlProblem} for an unknown id */
  get (id: number): FaultRule {
    const rule = this.#rules.find((one) => one.id === id)
    if (rule === undefined) throw new ControlProblem('unknown', `there is no fault ${id}`)
    return shown(rule)
  }

  /** @throws {ControlProblem} for an unknown id */
  remove (id: number): void {
    this.get(id)
    this.#rules = this.#rules.filter((rule) => rule.id !== id)
    this.#changed()
  }

  removeAll (): void {
    this.#rules = []
    this.#changed()
  }

  /** Counts a request and says what becomes of it; undefined: nothing. */
  meet (request: FaultRequest): Hit | undefined {
    for (const rule of this.#rules) {
      if (!this.#matches(rule, request)) continue
      rule.seen += 1
      if (!this.#fires(rule)) continue
      rule.fired += 1
      return { rule: shown(rule), effect: rule.spec.effect, stale: rule.stale }
    }
    return undefined
  }

  /** The same for what an engine asks of another system: such calls meet only the rules that name the outside. */
  meetOutside ({ system, address }: Pick<Question, 'system' | 'address'>): Effect | undefined {
    for (const rule of this.#rules) {
      const { match = {}, effect } = rule.spec
      if (rule.isOutside?.(`${system}/${address}`) !== true || !this.#isTime(match)) continue
      rule.seen += 1
      if (!this.#fires(rule)) continue
      rule.fired += 1
      return effect
    }
    return undefined
  }

  /** what latencies are drawn from */
  get random (): RandomStream { return this.#world.random.stream('faults') }

  #matches ({ spec: { match = {} }, hasPath }: Kept, { method, path, node, token }: FaultRequest): boolean {
    if (match.outside !== undefined) return false
    if (match.methods !== undefined && !match.methods.some((name) => name.toUpperCase() === method)) return false
    if (hasPath?.(path) === false) return false
    if (match.node !== undefined && match.node !== node.id && match.node !== node.networkName) return false
    if (match.cluster !== undefined && match.cluster !== node.cluster.label) return false
    if (!this.#isTime(match)) return false
    if (match.accessor === undefined) return true
    return lookupToken({ cluster: node.cluster, storage: node.storage }, token)?.accessor === match.accessor
  }

  #isTime ({ fromMs = -Infinity, untilMs = Infinity }: Match): boolean {
    const { nowMs } = this.#world.timeline
    return nowMs >= fromMs && nowMs < untilMs
  }

  #fires ({ spec: { match = {}, times = Infinity }, seen, fired }: Kept): boolean {
    const { nth, every, probability } = match
    if (fired >= times) return false
    if (nth !== undefined && !(typeof nth === 'number' ? nth === seen : nth.includes(seen))) return false
    if (every !== undefined && seen % every !== 0) return false
    return probability === undefined || this.random.fraction() < probability
  }

  #storages (): Map<string, Storage> {
    return new Map([...this.#world.clusters.values()].map(({ key, storage }) => [key, storage.clone()]))
  }
}

function shown ({ spec, id, seen, fired }: Kept): FaultRule {
  return { id, ...spec, seen, fired }
}

function checkSpec (spec: FaultSpec): void {
  const problems = problemsIn(SpecForm, spec).map((problem) => sayProblem(problem, 'the rule'))
  if (problems.length > 0) throw new ControlProblem('wrong', problems.join('\n'))
  checkEffect(spec.effect)
  if (spec.match?.outside !== undefined) checkOutside(spec.match, spec.effect)
}

const OF_REQUESTS = ['methods', 'path', 'node', 'cluster', 'accessor']

/** A call to another system is slow, or fails; nothing else can be seen of it. @throws {ControlProblem} */
function checkOutside (match: Match, effect: Effect): void {
  const ofRequests = Object.keys(match).find((name) => OF_REQUESTS.includes(name))
  if (ofRequests !== undefined) {
    throw new ControlProblem('wrong', `/match/${ofRequests}: expected no such field beside "outside"`)
  }
  const other = Object.keys(effect).find((name) => !['latency', 'errors'].includes(name))
  if (other !== undefined) {
    throw new ControlProblem('wrong', `/effect/${other}: expected latency or errors for what is asked of the outside`)
  }
}

/** The frame of an answer is the server's own; `truncate` breaks it in a way that does not harm other requests. */
const FRAMING = ['content-length', 'transfer-encoding', 'trailer']

/**
 * What the form of an effect cannot say.
 *
 * @throws {ControlProblem}
 */
export function checkEffect ({ headers = {}, latency }: Effect): void {
  const framing = Object.keys(headers).find((name) => FRAMING.includes(name.toLowerCase()))
  if (framing !== undefined) {
    throw new ControlProblem('wrong', `/effect/headers/${framing}: expected a header that does not frame the answer`)
  }
  if (isReversed(latency)) {
    throw new ControlProblem('wrong', '/effect/latency: expected a minMs that is not above maxMs')
  }
}

function isReversed (latency: Latency | undefined): boolean {
  return typeof latency === 'object' && 'minMs' in latency && latency.minMs > latency.maxMs
}
