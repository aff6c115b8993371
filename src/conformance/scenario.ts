// What is played and what is compared: scenarios, recordings, answers.

export type Json = null | boolean | number | string | Json[] | JsonFields
export interface JsonFields { [name: string]: Json }

/** What earlier answers left behind, by name; `{{name}}` in a path, header or body stands for it. */
export type Variables = Record<string, unknown>

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number
  /** names in lower case */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly raw: Buffer
}

/** Where a value is found in an answer: a path of names, `$raw` for the bytes, or code. */
export type Source = string | ((json: Json | undefined, variables: Variables, answer: RawAnswer) => unknown)

/** What a document says of an answer; what it does not say is not compared. */
export interface Statement {
  /** `2xx` where the document shows a request and names no status */
  readonly status: number | '2xx'
  readonly contentType?: string
  /** the body is empty */
  readonly empty?: boolean
  /** a sample: its names and types must be there, its values need not */
  readonly form?: Json
}

/** How an answer is looked at, besides what is masked anyway. */
export interface Looking {
  /** the body is a snapshot: its entries are compared, not its bytes */
  readonly binary?: boolean
  /** the body is compared as text though it is JSON */
  readonly asText?: boolean
  /** members that stay as they are though they bear a volatile name */
  readonly keep?: readonly string[]
  /** path → `bytes` (the length of the base64 stays) or the word that stands for the value */
  readonly hide?: Readonly<Record<string, string>>
  readonly maskWith?: (body: Json) => Json
}

/** One request. With an `id` its answer is compared; without one it only sets the stage. */
export interface RequestStep extends Looking {
  readonly id?: string
  /** index of the node that is asked; 0 by default */
  readonly node?: number
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** a string or bytes as they are, anything else as JSON */
  readonly body?: unknown
  /** instead of `{{root}}` */
  readonly token?: string
  readonly noToken?: boolean
  /** asked again and again until it holds */
  readonly until?: (answer: { readonly status: number, readonly json: Json | undefined }) => boolean
  /** for how many milliseconds at most; 30,000 by default */
  readonly within?: number
  readonly save?: Readonly<Record<string, Source>>
  /** without an answer the scenario ends here */
  readonly needed?: boolean
  /** brings a fresh node to life: left out where the server already runs and its token is known */
  readonly prelude?: boolean
  /** a GET that changes something all the same */
  readonly changes?: boolean
  readonly states?: Statement
}

/** Waiting, in milliseconds: what the real server needs to settle. */
export interface PauseStep { readonly pause: number }

export type Step = RequestStep | PauseStep

/** A file of `conformance/scenarios/TIER/NAME.js`. */
export interface ScenarioFile {
  /**
   * What it wants: `uninitialized` fresh nodes; `active` a fresh node, or one that is active and whose token is known;
   * `running` any server: what may not be played there is left out step by step
   */
  readonly start: 'uninitialized' | 'active' | 'running'
  /** 1 by default */
  readonly nodes?: number
  /** the nodes are clusters of their own; they are one by default */
  readonly apart?: boolean
  /** raft is used for `ha_storage` alone */
  readonly highAvailabilityOnly?: boolean
  /** whose server; Vault's by default */
  readonly server?: 'vault' | 'nomad'
  readonly steps: readonly Step[]
}

export interface Scenario extends ScenarioFile {
  readonly name: string
  readonly tier: string
}

/** An answer, masked. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Json
}

/** The request as the scenario has it: names stand for what the run fills in. */
export interface AskedRequest {
  readonly node: number
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly token?: string | null
}

/** One request and what became of it: an answer, or the reason why there is none that can be used. */
export interface Exchange {
  readonly id: string
  readonly request?: AskedRequest
  readonly response?: Answer
  readonly fault?: string
  /** it was not asked: why */
  readonly leftOut?: string
}

/** A file of `conformance/recorded/SERVER/NAME.json`. */
export interface Recording {
  readonly scenario: string
  readonly source: { readonly server: string, readonly taken: string }
  readonly exchanges: readonly Exchange[]
}

/** Why what changes something was left out. */
export const CHANGES = 'it changes the server (--allow-destructive)'

export function isPause (step: Step): step is PauseStep {
  return 'pause' in step
}

/** A request without which nothing changes at the server. */
export function onlyReads (step: RequestStep): boolean {
  return ['GET', 'HEAD', 'LIST', 'OPTIONS'].includes(step.method ?? 'GET') && step.changes !== true
}
