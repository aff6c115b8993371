// Which exchanges of the journal somebody means, and what is different about the others.
import { globMatcher } from './globs.js'
import type { Exchange } from './journal.js'
import { maskedUrl } from './masking.js'

/** Which exchanges; all of what is said must be so. */
export interface JournalFilter {
  readonly method?: string
  /** glob, as of fault rules */
  readonly path?: string
  readonly status?: number
  /** id */
  readonly node?: string
  /** text that the request's body contains */
  readonly contains?: string
  /** only those with a larger number */
  readonly after?: number
}

/** Whether an exchange is one of those. */
export function matcher (filter: JournalFilter): (exchange: Exchange) => boolean {
  const criteria = criteriaOf(filter)
  return (exchange) => criteria.every(({ holds }) => holds(exchange))
}

interface Criterion {
  readonly holds: (exchange: Exchange) => boolean
  /** what is different about one for which it does not hold */
  readonly says: (exchange: Exchange) => string
}

function criteriaOf ({ method, path, status, node, contains, after }: JournalFilter): Criterion[] {
  const criteria: (Criterion | false)[] = [
    after !== undefined && { holds: ({ number }) => number > after, says: () => `it came before number ${after}` },
    method !== undefined && {
      holds: (one) => one.method === method.toUpperCase(), says: (one) => `its method is ${one.method}`
    },
    path !== undefined && pathCriterion(path),
    status !== undefined && {
      holds: (one) => one.status === status, says: (one) => `its status is ${one.status ?? 'not there yet'}`
    },
    node !== undefined && {
      holds: ({ node: { id, networkName } }) => id === node || networkName === node,
      says: (one) => `it was sent to ${one.node.id}`
    },
    contains !== undefined && {
      holds: (one) => one.requestBody.text.includes(contains), says: () => 'its body does not contain that'
    }
  ]
  return criteria.filter((criterion) => criterion !== false)
}

function pathCriterion (path: string): Criterion {
  const matches = globMatcher(path)
  return { holds: (one) => matches(pathOf(one)), says: (one) => `its path is ${maskedUrl(pathOf(one))}` }
}

/** Below `/v1/`, without the query. */
export function pathOf ({ url }: Pick<Exchange, 'url'>): string {
  return (url.split('?')[0] ?? '').replace(/^\/(?:v1\/)?/, '')
}

/** What is different about an exchange that is none of them. */
export function differences (exchange: Exchange, filter: JournalFilter): string[] {
  return criteriaOf(filter).filter(({ holds }) => !holds(exchange)).map(({ says }) => says(exchange))
}
