// Plays a scenario at running servers: request by request, each answer masked.
import { sleepWallMs, wallClockMs } from '../sim/wall-clock.js'
import { maskAnswer, placesOf } from './masking/answers.js'
import type { Place } from './masking/values.js'
import { CHANGES, isPause, onlyReads } from './scenario.js'
import type { Answer, AskedRequest, Exchange, Json, RawAnswer, RequestStep, Scenario, Variables } from './scenario.js'
import { jsonIn, send, type Trust } from './send.js'
import { filled, filledText, saveFrom } from './variables.js'

const ASK_AGAIN_AFTER_MS = 200
const UNTIL_WITHIN_MS = 30_000
const DEV_ROOT_TOKEN = 'root'

/** Where a scenario is played, and what may be done there. */
export interface Stage {
  /** addresses of the nodes, in the order that the scenario numbers them */
  readonly nodes: readonly string[]
  /** they are uninitialised; where they are not, what only brings a node to life is left out */
  readonly fresh: boolean
  /** of a server that already runs */
  readonly token?: string
  /** without it only what changes nothing is asked */
  readonly mayChange: boolean
  readonly trust?: Trust
}

/** What was asked and answered, and what the run found out on the way. */
export interface Played {
  readonly exchanges: readonly Exchange[]
  readonly variables: Variables
}

/** Never throws for what a server answers: a request without a usable answer is an exchange with a fault. */
export async function play (scenario: Scenario, stage: Stage): Promise<Played> {
  const run = new Run(scenario, stage)
  for (const step of scenario.steps) {
    if (isPause(step)) {
      if (stage.mayChange) await sleepWallMs(step.pause)
    } else if (!await run.take(step)) break
  }
  return { exchanges: run.exchanges, variables: run.variables }
}

class Run {
  readonly exchanges: Exchange[] = []
  readonly variables: Variables
  private readonly places: readonly Place[]

  constructor (private readonly scenario: Scenario, private readonly stage: Stage) {
    const addresses = stage.nodes.map((url, index) => [`node${index}`, url])
    const root = stage.token ?? (scenario.start === 'running' ? undefined : DEV_ROOT_TOKEN)
    this.variables = { root, ...Object.fromEntries(addresses) }
    this.places = placesOf(stage.nodes)
  }

  /** @returns whether the scenario can go on */
  async take (step: RequestStep): Promise<boolean> {
    if (step.prelude && !this.stage.fresh) return true
    const leftOut = this.reasonToLeaveOut(step)
    if (leftOut !== undefined) {
      if (step.id !== undefined) this.exchanges.push({ id: step.id, request: asked(step), leftOut })
      return true
    }
    let answer: RawAnswer
    try {
      answer = await this.ask(step)
    } catch (error) {
      this.fault(step, messageOf(error))
      return step.needed !== true
    }
    this.keep(step, answer)
    return true
  }

  /** Only a scenario for any server is played in part. */
  private reasonToLeaveOut (step: RequestStep): string | undefined {
    // what has no name only sets the stage for changes
    if (!this.stage.mayChange && (!onlyReads(step) || step.id === undefined)) return CHANGES
    const node = step.node ?? 0
    if (node >= this.stage.nodes.length) return this.scenario.apart ? 'there is no second cluster (--secondary-url)' : `there is no node ${node}`
    const wantsToken = this.scenario.start === 'running' && this.scenario.server !== 'nomad' && !step.noToken
    return wantsToken && this.variables.root === undefined ? 'it wants a token (--token)' : undefined
  }

  private keep (step: RequestStep, answer: RawAnswer): void {
    const response = step.id === undefined ? undefined : maskAnswer(answer, this.places, step)
    try {
      if (step.save !== undefined) saveFrom(step, answer, this.variables)
      if (step.id !== undefined) this.exchanges.push({ id: step.id, request: asked(step), response })
    } catch (error) {
      // later steps miss what it would have saved
      this.fault(step, `unusable answer ${answer.status}: ${messageOf(error)}`, response)
    }
  }

  private fault ({ id = 'setting the stage', ...step }: RequestStep, fault: string, response?: Answer): void {
    this.exchanges.push({ id, request: asked(step), ...(response !== undefined && { response }), fault })
  }

  private async ask (step: RequestStep): Promise<RawAnswer> {
    const { until } = step
    const endAtMs = wallClockMs() + (step.within ?? UNTIL_WITHIN_MS)
    for (;;) {
      const answer = await this.askOnce(step)
      if (until === undefined || until({ status: answer.status, json: jsonIn<Json>(answer.raw) })) return answer
      if (wallClockMs() > endAtMs) throw new Error(`never became true: ${String(until)}`)
      await sleepWallMs(ASK_AGAIN_AFTER_MS)
    }
  }

  private async askOnce (step: RequestStep): Promise<RawAnswer> {
    const node = this.stage.nodes[step.node ?? 0] ?? ''
    return await send(node, filledText(step.path, this.variables), {
      method: step.method,
      headers: this.headersOf(step),
      body: payloadOf(filled(step.body, this.variables))
    }, this.stage.trust)
  }

  private headersOf (step: RequestStep): Record<string, string> {
    const given = Object.entries(step.headers ?? {}).map(([name, value]) => [name, this.known(value)])
    const headers: Record<string, string> = Object.fromEntries(given)
    const name = this.scenario.server === 'nomad' ? 'X-Nomad-Token' : 'X-Vault-Token'
    if (step.noToken || headers[name] !== undefined) return headers
    if (step.token === undefined && this.variables.root === undefined) return headers
    const token = this.known(step.token ?? '{{root}}')
    return token === '' ? headers : { ...headers, [name]: token }
  }

  /** An earlier answer may have lacked what was to be saved: then there is nothing to ask with. */
  private known (value: string): string {
    const text = filled(value, this.variables)
    if (text === undefined) throw new Error(`nothing is known for ${value}`)
    return String(text)
  }
}

function payloadOf (body: unknown): string | Buffer | undefined {
  return body === undefined || Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body)
}

function asked (step: RequestStep): AskedRequest {
  const bytes = Buffer.isBuffer(step.body) || step.body === '{{snapshot}}'
  return {
    node: step.node ?? 0,
    method: step.method ?? 'GET',
    path: step.path,
    ...(step.headers !== undefined && { headers: step.headers }),
    ...(step.body !== undefined && { body: bytes ? '<bytes>' : step.body }),
    ...(step.noToken && { token: null }),
    ...(step.token !== undefined && { token: step.token })
  }
}

function messageOf (error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
