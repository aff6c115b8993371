// What is measured of every request: kept at hand, so that it costs a few hundred nanoseconds.
import type { MetricName } from './catalogue.js'
import { Measure } from './measure.js'
import type { Telemetry, Watch } from './telemetry.js'

/** Mounts whose routes are at hand; beyond them they are found again by name. */
const MOST_ROUTES = 500

/** Of one node. */
export class RequestMeasures {
  /** requests that are being served */
  inFlight = 0
  readonly handled: Measure
  readonly loggedIn: Measure
  readonly policies: Measure
  /** of finding a token and its policies, which Vault's core does in one go */
  readonly tokens = new Measure()
  readonly #telemetry: Telemetry
  readonly #watch: Watch
  /** by operation, then by the mount's path */
  readonly #routes = new Map<string, Map<string, Measure>>()
  /** by status code */
  readonly #statuses = new Map<number, Measure>()

  constructor (telemetry: Telemetry, watch: Watch) {
    this.#telemetry = telemetry
    this.#watch = watch
    this.handled = telemetry.measure('vault.core.handle_request')
    this.loggedIn = telemetry.measure('vault.core.handle_login_request')
    this.policies = telemetry.measure('vault.policy.get_policy')
  }

  /** One observation under several names. */
  get named (): readonly (readonly [Measure, readonly MetricName[]])[] {
    return [[this.tokens, ['vault.core.check_token', 'vault.core.fetch_acl_and_token', 'vault.token.lookup']]]
  }

  begin (): RequestTiming {
    this.inFlight += 1
    return new RequestTiming(this, this.#watch)
  }

  /** @param mount `secret/`, `auth/token/` */
  route (operation: string, mount: string): Measure {
    let ofOperation = this.#routes.get(operation)
    if (ofOperation === undefined) this.#routes.set(operation, ofOperation = new Map())
    let measure = ofOperation.get(mount)
    if (measure === undefined) {
      if (ofOperation.size >= MOST_ROUTES) ofOperation.clear()
      const written = `vault.route.${operation}.${mount.replaceAll('/', '-')}`
      ofOperation.set(mount, measure = this.#telemetry.measure('vault.route.<operation>.<mountpoint>', {}, written))
    }
    return measure
  }

  answered (code: number, nowMs: number): void {
    let measure = this.#statuses.get(code)
    if (measure === undefined) {
      const labels = { code: String(code), type: `${String(code)[0]}xx` }
      this.#statuses.set(code, measure = this.#telemetry.measure('vault.core.response_status_code', labels))
    }
    measure.add(1, nowMs)
  }
}

/** A request on its way. The clock is read once a stage: reading it costs more than counting. */
export class RequestTiming {
  readonly #measures: RequestMeasures
  readonly #watch: Watch
  readonly #atMs: number
  readonly #beganMs: number
  #stageMs: number

  constructor (measures: RequestMeasures, watch: Watch) {
    this.#measures = measures
    this.#watch = watch
    this.#atMs = watch.nowMs
    this.#beganMs = this.#stageMs = watch.stopwatchMs
  }

  /** A token was found with its policies. */
  authenticated (policies: number): void {
    this.#measures.tokens.add(this.#stage(), this.#atMs)
    this.#measures.policies.addTimes(policies, 0, this.#atMs)
  }

  /** The mount has answered, or has begun to work. */
  routed (operation: string, mount: string): void {
    this.#measures.route(operation, mount).add(this.#stage(), this.#atMs)
  }

  /**
   * @param isOpen its path asks for no token, which Vault counts as a login
   * @param isLate others were served meanwhile
   */
  ended (isOpen: boolean, isLate: boolean): void {
    if (isLate || this.#stageMs === this.#beganMs) this.#stage()
    const { handled, loggedIn } = this.#measures
    const measure = isOpen ? loggedIn : handled
    measure.add(this.#stageMs - this.#beganMs, isLate ? this.#watch.nowMs : this.#atMs)
    this.#measures.inFlight -= 1
  }

  /** How long the stage took that ends here. */
  #stage (): number {
    const before = this.#stageMs
    this.#stageMs = this.#watch.stopwatchMs
    return this.#stageMs - before
  }
}
