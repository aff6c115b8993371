// States to come back to: saved, compared, restored; fixtures; and the world as it began.
import { useSignal } from '@preact/signals'
import type { ClusterDifference } from '../control/checkpoints.js'
import { Act } from './act.js'
import { dropCall, fixtureCall, forkCall, RESET, restoreCall, saveCall } from './calls.js'
import { ask, seen, world as chosen } from './live.js'

interface Compared { readonly from: string, readonly clusters: readonly ClusterDifference[] }

export function Checkpoints () {
  const name = useSignal('before')
  const compared = useSignal<Compared | undefined>(undefined)
  const fixtures = useSignal<readonly string[]>([])
  const fixture = useSignal('three-voters')
  const world = seen.value
  if (world === undefined) return null
  const compare = async (from: string): Promise<void> => {
    const answer = await ask<Pick<Compared, 'clusters'>>('GET', `/checkpoints/${encodeURIComponent(from)}/diff/now`)
    compared.value = { from, ...answer }
  }
  const load = async (): Promise<void> => {
    if (fixtures.value.length > 0) return
    const answer = await ask<{ fixtures: readonly string[] }>('GET', '/fixtures')
    fixtures.value = answer.fixtures
  }
  const names = fixtures.value.length === 0 ? [fixture.value] : fixtures.value
  return (
    <div class='scroll split'>
      <div>
        <div class='row'>
          <input
            aria-label='Name of the checkpoint' value={name.value}
            onInput={(event) => { name.value = event.currentTarget.value }}
          />
          <Act strong disabled={name.value.trim() === ''} call={saveCall(name.value.trim() || 'before')}>Save</Act>
          <Act danger call={RESET} title='The world as it began'>Reset</Act>
        </div>
        <ul class='checkpoints'>
          {['start', ...world.checkpoints].map((each) => (
            <li key={each}>
              <strong>{each}</strong>
              <span class='acts'>
                <button type='button' class='button' onClick={() => { compare(each) }}>Compare with now</button>
                {each !== 'start' && <OfCheckpoint name={each} fork={freeName(each, world.worlds)} />}
              </span>
            </li>
          ))}
        </ul>
        <div class='row'>
          <select
            aria-label='Fixture' value={fixture.value} onFocus={() => { load() }} onPointerDown={() => { load() }}
            onChange={(event) => { fixture.value = event.currentTarget.value }}
          >
            {names.map((each) => <option key={each} value={each}>{each}</option>)}
          </select>
          <Act call={fixtureCall(fixture.value)}>Load this fixture</Act>
        </div>
      </div>
      <div aria-live='polite'>
        {compared.value === undefined
          ? <p class='empty'>Compare a checkpoint with now to see what was written since.</p>
          : <Difference compared={compared.value} />}
      </div>
    </div>
  )
}

function OfCheckpoint ({ name, fork }: { readonly name: string, readonly fork: string }) {
  return (
    <>
      <Act call={restoreCall(name)}>Restore</Act>
      <Act call={forkCall(name, fork)} then={(done) => { if (done) chosen.value = fork }}>Fork</Act>
      <Act call={dropCall(name)}>Drop</Act>
    </>
  )
}

function Difference ({ compared: { from, clusters } }: { readonly compared: Compared }) {
  if (clusters.length === 0) return <p class='empty'>Nothing was written since {from}.</p>
  return (
    <>
      <h3>{from} → now</h3>
      {clusters.map(({ cluster, added, removed, changed }) => (
        <div class='diff' key={cluster}>
          <h4>{cluster}</h4>
          <Paths mark='+' paths={added} />
          <Paths mark='−' paths={removed} />
          <Paths mark='~' paths={changed} />
        </div>
      ))}
    </>
  )
}

function Paths ({ mark, paths }: { readonly mark: string, readonly paths: readonly string[] }) {
  return <>{paths.map((path) => <div key={path} class={`d${mark}`}><b>{mark}</b> {path}</div>)}</>
}

function freeName (base: string, taken: readonly string[]): string {
  const plain = base.replace(/[^\w.-]/g, '-')
  for (let n = 1; ; n++) if (!taken.includes(`${plain}-${n}`)) return `${plain}-${n}`
}
