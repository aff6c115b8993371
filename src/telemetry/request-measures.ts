// What is measured of every request: kept at hand, so that it costs little.
import type { Measure } from './measure.js'
import type { Telemetry, Watch } from './telemetry.js'

/** Mounts whose routes are at hand; beyond them they are found again by name. */
const MOST_ROUTES = 500

/** Of one node. */
export class RequestMeasures {
  /** requests that are being served */
  inFlight = 0
  readonly #telemetry: Telemetry
  readonly #watch: Watch
  readonly #handled: Measure
  readonly #loggedIn: Measure
  readonly #checked: Measure
  readonly #fetched: Measure
  readonly #lookedUp: Measure
  readonly #policies: Measure
  /** by operation, then by the mount's path */
  readonly #routes = new Map<string, Map<string, Measure>>()
  /** by status code */
  readonly #statuses = new Map<number, Measure>()

  constructor (telemetry: Telemetry, watch: Watch) {
    this.#telemetry = telemetry
    this.#watch = watch
    this.#handled = telemetry.measure('vault.core.handle_request')
    this.#loggedIn = telemetry.measure('vault.core.handle_login_request')
    this.#checked = telemetry.measure('vault.core.check_token')
    this.#fetched = telemetry.measure('vault.core.fetch_acl_and_token')
    this.#lookedUp = telemetry.measure('vault.token.lookup')
    this.#policies = telemetry.measure('vault.policy.get_policy')
  }

  /** @returns what `ended` wants to know */
  began (): number {
    this.inFlight += 1
    return this.#watch.stopwatchMs
  }

  /** @param isOpen its path asks for no token, which Vault counts as a login */
  ended (startedMs: number, isOpen: boolean, nowMs: number): void {
    this.inFlight -= 1
    const measure = isOpen ? this.#loggedIn : this.#handled
    measure.add(this.#watch.stopwatchMs - startedMs, nowMs)
  }

  /** A token was found with its policies. */
  authenticated (startedMs: number, policies: number, nowMs: number): void {
    const tookMs = this.#watch.stopwatchMs - startedMs
    this.#checked.add(tookMs, nowMs)
    this.#fetched.add(tookMs, nowMs)
    this.#lookedUp.add(tookMs, nowMs)
    this.#policies.addTimes(policies, 0, nowMs)
  }

  /** @param mount `secret/`, `auth/token/` */
  routed (operation: string, mount: string, startedMs: number, nowMs: number): void {
    let ofOperation = this.#routes.get(operation)
    if (ofOperation === undefined) this.#routes.set(operation, ofOperation = new Map())
    let measure = ofOperation.get(mount)
    if (measure === undefined) {
      if (ofOperation.size >= MOST_ROUTES) ofOperation.clear()
      const written = `vault.route.${operation}.${mount.replaceAll('/', '-')}`
      ofOperation.set(mount, measure = this.#telemetry.measure('vault.route.<operation>.<mountpoint>', {}, written))
    }
    measure.add(this.#watch.stopwatchMs - startedMs, nowMs)
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
