// The links of a cluster to others: what is cut, how slow they are, how much of a replication stream they carry.
import { useSignal } from '@preact/signals'
import { Act } from './act.js'
import { cutCall, delayCall, healCall, limitCall } from './calls.js'
import type { Seen } from './live.js'
import { isCut, linkBetween } from './selection.js'

interface LinksProps { readonly label: string, readonly world: Seen }

export function LinksBetween ({ label, world }: LinksProps) {
  const others = [...new Set(world.clusters.map((other) => other.label))].filter((other) => other !== label)
  if (others.length === 0) return null
  return (
    <section class='links' aria-label='Links to other clusters'>
      <h3>Links</h3>
      <ul>{others.map((other) => <Link key={`${label} ${other}`} label={label} other={other} world={world} />)}</ul>
    </section>
  )
}

function Link ({ label, other, world }: LinksProps & { readonly other: string }) {
  const { delayMs, entriesPerSecond } = linkBetween(world, label, other)
  const cut = isCut(world, label, other)
  return (
    <li class={`between${cut ? ' is-cut' : ''}`}>
      <span>{other}</span>
      {cut
        ? <Act call={healCall(label, other)}>Mend</Act>
        : <Act call={cutCall(label, other)}>Cut</Act>}
      <Amount
        name={`Delay to ${other}, in milliseconds`} unit='ms' now={delayMs === 0 ? undefined : delayMs}
        word='Delay' call={(ms = 0) => delayCall(label, other, ms)}
      />
      <Amount
        name={`Limit to ${other}, in entries per second`} unit='entries/s' now={entriesPerSecond}
        word='Limit' call={(entries) => limitCall(label, other, entries)}
      />
    </li>
  )
}

interface AmountProps {
  readonly name: string
  readonly unit: string
  readonly word: string
  /** undefined: none */
  readonly now: number | undefined
  readonly call: (amount?: number) => ReturnType<typeof delayCall>
}

/** A number to be set, or taken away. */
function Amount ({ name, unit, word, now, call }: AmountProps) {
  const typed = useSignal('')
  const wanted = typed.value === '' ? undefined : Number(typed.value)
  return (
    <div class='row'>
      <label>
        <span class='visually-hidden'>{name}</span>
        <input
          type='number' min='0' value={typed.value} placeholder={now === undefined ? 'none' : String(now)}
          onInput={(event) => { typed.value = event.currentTarget.value }}
        /> {unit}
      </label>
      <Act call={call(wanted)} disabled={wanted === undefined || !(wanted >= 0)} then={() => { typed.value = '' }}>
        {word}
      </Act>
      {now !== undefined && <Act call={call()}>No {word.toLowerCase()}</Act>}
    </div>
  )
}
