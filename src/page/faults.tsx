// Faults as switches, and every rule there is.
import { useSignal } from '@preact/signals'
import { Act, How } from './act.js'
import { faultCall, removeFaultCall, type Call } from './calls.js'
import { act, seen } from './live.js'

/** The usual ones. */
const SWITCHES: ReadonlyArray<readonly [string, Readonly<Record<string, unknown>>]> = [
  ['503 sealed', { sealed: true }],
  ['429 rate limit', { rateLimited: true }],
  ['412 missing state', { missingState: true }],
  ['500 error', { status: 500, errors: ['no luck'] }],
  ['502 bad gateway', { status: 502, body: 'bad gateway', contentType: 'text/plain' }],
  ['slow, 1 s', { latency: 1000 }],
  ['hangs', { hang: true }],
  ['connection reset', { reset: 'before-headers' }],
  ['cut after 20 bytes', { truncate: 20 }],
  ['malformed JSON', { malformedJson: true }],
  ['stale reads', { stale: true }],
  ['disk full', { diskFull: true }]
]

export function Faults () {
  const path = useSignal('')
  const node = useSignal('')
  const world = seen.value
  if (world === undefined) return null
  const match = { ...(path.value !== '' && { path: path.value }), ...(node.value !== '' && { node: node.value }) }
  const isFor = Object.keys(match).length === 0 ? {} : { match }
  const ruleOf = (effect: object) =>
    world.faults.find((rule) => same(rule.effect, effect) && same(rule.match ?? {}, match))
  const nodes = [...new Set(world.clusters.flatMap((cluster) => cluster.nodes.map(({ id }) => id)))]
  return (
    <>
      <div class='filters'>
        <input
          type='search' class='path' placeholder='path, e.g. secret/** (all)' aria-label='Which paths'
          value={path.value} onInput={(event) => { path.value = event.currentTarget.value }}
        />
        <select
          aria-label='Which node' value={node.value} onChange={(event) => { node.value = event.currentTarget.value }}
        >
          <option value=''>all nodes</option>
          {nodes.map((id) => <option key={id} value={id}>{id}</option>)}
        </select>
      </div>
      <div class='scroll split'>
        <div class='switches' role='group' aria-label='Faults'>
          {SWITCHES.map(([name, effect]) => {
            const rule = ruleOf(effect)
            const call = rule === undefined ? faultCall({ ...isFor, effect }) : removeFaultCall(rule.id)
            return <Switch key={name} name={name} isOn={rule !== undefined} call={call} />
          })}
        </div>
        <div>
          {world.faults.length === 0 && <p class='empty'>No rules: requests go their normal way.</p>}
          {world.faults.map(({ id, seen: met, fired, ...spec }) => (
            <div class='rule' key={id}>
              <code>{JSON.stringify(spec)}</code>
              <span class='facts'>saw {met}, met {fired}</span>
              <Act call={removeFaultCall(id)}>Remove</Act>
            </div>
          ))}
          {world.faults.length > 0 && <Act danger call={removeFaultCall()}>Remove all</Act>}
        </div>
      </div>
    </>
  )
}

function Switch ({ name, isOn, call }: { readonly name: string, readonly isOn: boolean, readonly call: Call }) {
  return (
    <span class='switched'>
      <button type='button' role='switch' aria-checked={isOn} onClick={() => { act(call) }}>
        <span class='knob' />{name}
      </button>
      <How call={call} />
    </span>
  )
}

function same (a: object, b: object): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

function sorted (value: object): unknown {
  return Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1)
}
