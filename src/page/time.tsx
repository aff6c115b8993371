// The world's time: how it runs, what is to come, and a slider that moves it on.
import { useSignal } from '@preact/signals'
import { Act } from './act.js'
import { advanceCall, modeCall, skipCall } from './calls.js'
import { seen } from './live.js'
import { instant, remaining, spaced } from './words.js'

const DAY_MS = 86_400_000
const SPANS_MS = [
  ['10 s', 10_000], ['1 min', 60_000], ['1 h', 3_600_000], ['1 day', DAY_MS], ['32 days', 32 * DAY_MS]
] as const
const STEPS = 1000
const CONDITIONS = ['leader-elected', 'healthy', 'in-sync', 'snapshot-taken'] as const

export function Time () {
  const span = useSignal<number>(SPANS_MS[1][1])
  const at = useSignal(0)
  const world = seen.value
  if (world === undefined) return null
  const { nowMs, mode, scale, pending } = world.time
  const wantedMs = Math.round(at.value / STEPS * span.value)
  const coming = pending.filter(({ atMs }) => atMs >= nowMs && atMs <= nowMs + span.value)
  return (
    <section class='time' aria-label='Time'>
      <div class='now'>
        <strong><time dateTime={new Date(nowMs).toISOString()}>{instant(nowMs)}</time></strong>
        <span class='modes' role='group' aria-label='How time runs'>
          {(['live', 'auto', 'manual'] as const).map((each) => (
            <Act key={each} strong={mode === each} call={modeCall(each)} title={MODES[each]}>{each}</Act>
          ))}
        </span>
        {mode === 'live' && scale !== 1 && <span class='facts'>{scale} s per second</span>}
      </div>
      <div class='slide'>
        <label class='rail'>
          <span class='visually-hidden'>How far to move on</span>
          <input
            type='range' min='0' max={STEPS} value={at.value} aria-valuetext={`in ${remaining(wantedMs)}`}
            onInput={(event) => { at.value = Number(event.currentTarget.value) }}
          />
          <svg class='ticks' viewBox={`0 0 ${STEPS} 14`} preserveAspectRatio='none' aria-hidden='true'>
            {coming.map(({ atMs }, i) => {
              const x = (atMs - nowMs) / span.value * STEPS
              return <line key={i} x1={x} x2={x} y1='0' y2='14' />
            })}
          </svg>
        </label>
        <select
          aria-label='What the slider spans' value={span.value}
          onChange={(event) => { span.value = Number(event.currentTarget.value) }}
        >
          {SPANS_MS.map(([name, ms]) => <option key={ms} value={ms}>{name}</option>)}
        </select>
        <Act strong call={advanceCall(wantedMs)} disabled={wantedMs === 0} then={() => { at.value = 0 }}>
          Advance {wantedMs === 0 ? '' : remaining(wantedMs)}
        </Act>
      </div>
      <div class='coming'>
        <Coming pending={coming} nowMs={nowMs} later={pending.length - coming.length} />
        <Skip />
      </div>
    </section>
  )
}

const MODES = { live: 'follows the clock', auto: 'jumps to what is pending', manual: 'moves when told' } as const

interface ComingProps {
  readonly pending: readonly { readonly atMs: number, readonly kind: string }[]
  readonly nowMs: number
  readonly later: number
}

const MOST_SHOWN = 4

function Coming ({ pending, nowMs, later }: ComingProps) {
  const rest = pending.length - MOST_SHOWN + later
  return (
    <>
      <span class='facts'>to come</span>
      {pending.length === 0 && later === 0 && <span class='facts'>nothing</span>}
      {pending.slice(0, MOST_SHOWN).map(({ atMs, kind }, i) => (
        <span class='chip' key={i}>
          {spaced(kind)} <em>{remaining(atMs - nowMs)}</em>
          <Act call={advanceCall(Math.ceil(atMs - nowMs))} title='Move on to it'>→</Act>
        </span>
      ))}
      {rest > 0 && <span class='facts'>{rest} more</span>}
    </>
  )
}

function Skip () {
  const condition = useSignal<string>(CONDITIONS[0])
  return (
    <div class='skip'>
      <label>
        Skip until{' '}
        <select value={condition.value} onChange={(event) => { condition.value = event.currentTarget.value }}>
          {CONDITIONS.map((name) => <option key={name} value={name}>{spaced(name)}</option>)}
        </select>
      </label>
      <Act call={skipCall(condition.value)}>Skip</Act>
    </div>
  )
}
