// Lists of revoked certificates: one whole list and one of changes for all issuers of the same key and name.
import { parseDurationSeconds } from '../../go/durations.js'
import { failure } from '../../refusal/index.js'
import { DEFAULT_CRL_CONFIG, type CrlConfig } from './config-forms.js'
import { allIssuers, issuersConfig, requireIssuer } from './issuer-references.js'
import { revocationsByIssuer } from './revocations.js'
import { reschedule } from './schedule.js'
import { signingIssuerOf } from './signing-issuer.js'
import { certificateOf, chance, stored, type Issuer, type ListsState, type PkiContext } from './stored.js'
import { algorithmFor } from './x509/algorithms.js'
import { signRevocationList, type Revocation } from './x509/revocation-list.js'

const NO_LISTS: ListsState = { listOfIssuer: {}, lists: {}, deltaCheckedAtMs: 0 }
const DELTA = '-delta'

export function crlConfig (context: PkiContext): CrlConfig {
  return { ...DEFAULT_CRL_CONFIG, ...stored.crlConfig(context).value }
}

export function listsState (context: PkiContext): ListsState {
  return stored.listsState(context).value ?? NO_LISTS
}

/** @param written e.g. `72h` */
export function durationMs (written: string): number {
  return parseDurationSeconds(written) * 1000
}

/**
 * Makes all lists anew, whole ones and then those of changes. Switched off, they are made only when that is new: empty.
 *
 * @returns warnings, for the answer
 */
export function rebuildLists (context: PkiContext, { isForced }: { readonly isForced: boolean }): string[] {
  if (crlConfig(context).disable && !isForced) return []
  const warnings = buildLists(context, 'whole')
  for (const serial of stored.unlisted(context).children()) stored.unlisted(context).delete(serial)
  return [...warnings, ...buildLists(context, 'changes')]
    .map((warning, index) => `Warning ${index + 1} during CRL rebuild: ${warning}`)
}

/** Makes the lists of changes anew. */
export function rebuildDeltas (context: PkiContext): void {
  if (!crlConfig(context).disable) buildLists(context, 'changes')
}

function buildLists (context: PkiContext, kind: 'whole' | 'changes'): string[] {
  const issuers = allIssuers(context).filter(({ keyId }) => keyId !== '')
  const { defaultId } = issuersConfig(context)
  const revocations = crlConfig(context).disable ? new Map() : revocationsByIssuer(context, issuers, kind)
  const warnings: string[] = []
  let state = withoutStrangers(context, listsState(context), issuers)
  for (const group of groupsOf(issuers)) {
    const signers = group.filter(({ usage }) => usage.includes('crl-signing'))
    const signer = signers.find(({ id }) => id === defaultId) ?? signers[0]
    if (signer === undefined) {
      if (kind === 'whole') warnings.push(unsigned(group))
      continue
    }
    const entries = [
      ...(signer.id === defaultId ? revocations.get('') ?? [] : []),
      ...signers.flatMap(({ id }) => revocations.get(id) ?? [])
    ]
    state = buildList(context, state, { group, signer, entries, kind })
  }
  const deltaCheckedAtMs = kind === 'changes' ? context.nowMs : state.deltaCheckedAtMs
  stored.listsState(context).put({ ...state, deltaCheckedAtMs })
  scheduleLists(context)
  return warnings
}

/** Says when lists are to be made next: whole ones a while before they end, those of changes where there are some. */
export function scheduleLists (context: PkiContext): void {
  const config = crlConfig(context)
  const { lists, deltaCheckedAtMs } = listsState(context)
  const isOn = config.auto_rebuild && !config.disable
  const ends = Object.values(lists).map(({ expiresAtMs }) => expiresAtMs)
  const hasLists = isOn && ends.length > 0
  const graceMs = durationMs(config.auto_rebuild_grace_period)
  reschedule(context, 'lists', hasLists ? Math.max(Math.min(...ends) - graceMs, context.nowMs) : undefined)
  const hasChanges = isOn && config.enable_delta && hasNewChanges(context, deltaCheckedAtMs)
  const intervalMs = durationMs(config.delta_rebuild_interval)
  reschedule(context, 'changes', hasChanges ? Math.max(deltaCheckedAtMs + intervalMs, context.nowMs) : undefined)
}

function hasNewChanges (context: PkiContext, sinceMs: number): boolean {
  const serials = stored.unlisted(context).children()
  return serials.some((serial) => (stored.revoked(context).get(serial)?.revokedAtMs ?? 0) >= sinceMs)
}

function unsigned (group: readonly Issuer[]): string {
  return 'warning from local CRL rebuild: Issuer equivalency set with associated keys lacked an issuer with CRL Signing ' +
    `KeyUsage; refusing to rebuild CRL for this group of issuers: ${group.map(({ id }) => id).join(',')}`
}

interface ListWish {
  readonly group: readonly Issuer[]
  readonly signer: Issuer
  readonly entries: readonly Revocation[]
  readonly kind: 'whole' | 'changes'
}

function buildList (context: PkiContext, state: ListsState, { group, signer, entries, kind }: ListWish): ListsState {
  const known = group.map(({ id }) => state.listOfIssuer[id]).find((id) => id !== undefined)
  const id = known ?? chance(context).uuid()
  const before = state.lists[id] ?? { number: 1, lastCompleteNumber: 0, expiresAtMs: 0 }
  const { number, lastCompleteNumber } = before
  const nextUpdateAtMs = context.nowMs + durationMs(crlConfig(context).expiry)
  const { certificate, key } = signingIssuerOf(context, signer, 'crl-signing')
  const der = signRevocationList({
    revocations: entries,
    number,
    ...(kind === 'changes' ? { deltaBase: lastCompleteNumber } : {}),
    thisUpdateAtMs: context.nowMs,
    nextUpdateAtMs
  }, certificate, key, signer.revocationAlgorithm || algorithmFor(key, 0))
  stored.lists(context).put(kind === 'changes' ? id + DELTA : id, der.toString('base64'))
  const after = kind === 'whole' ? { lastCompleteNumber: number, expiresAtMs: nextUpdateAtMs } : {}
  return {
    ...state,
    listOfIssuer: { ...state.listOfIssuer, ...Object.fromEntries(group.map((issuer) => [issuer.id, id])) },
    lists: { ...state.lists, [id]: { ...before, number: number + 1, ...after } }
  }
}

/** Without the lists of issuers that are gone, which are deleted. */
function withoutStrangers (context: PkiContext, state: ListsState, issuers: readonly Issuer[]): ListsState {
  const present = new Set(issuers.map(({ id }) => id))
  const listOfIssuer = Object.fromEntries(Object.entries(state.listOfIssuer).filter(([id]) => present.has(id)))
  const used = new Set(Object.values(listOfIssuer))
  for (const id of Object.keys(state.lists).filter((one) => !used.has(one))) {
    stored.lists(context).delete(id)
    stored.lists(context).delete(id + DELTA)
  }
  const lists = Object.fromEntries(Object.entries(state.lists).filter(([id]) => used.has(id)))
  return { ...state, listOfIssuer, lists }
}

function groupsOf (issuers: readonly Issuer[]): Issuer[][] {
  const groups = new Map<string, Issuer[]>()
  for (const issuer of issuers) {
    const place = `${issuer.keyId}/${certificateOf(issuer).subjectDer.toString('hex')}`
    groups.set(place, [...groups.get(place) ?? [], issuer])
  }
  return [...groups.values()]
}

/**
 * An issuer's list.
 *
 * @throws VaultError where there is no such issuer, or none of its lists
 */
export function listOf (context: PkiContext, reference: string, kind: 'whole' | 'changes'): Buffer {
  const { id } = requireIssuer(context, reference)
  const listId = listsState(context).listOfIssuer[id]
  if (listId === undefined) throw failure(`unable to find CRL for issuer: id:${id}/ref:${reference}`)
  return Buffer.from(stored.lists(context).get(kind === 'changes' ? listId + DELTA : listId) ?? '', 'base64')
}
