// A button and, beside it, the call that it stands for: as curl, for the command, as code.
import { signal, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { written, type Call, type Written } from './calls.js'
import { act, lastCall, place, said } from './live.js'

interface ActProps {
  readonly call: Call
  readonly children: ComponentChildren
  readonly title?: string
  readonly danger?: boolean
  readonly strong?: boolean
  readonly disabled?: boolean
  /** in place of sending the call alone */
  readonly then?: (done: boolean) => void
}

/** Does it; the small part of it shows how others can. */
export function Act ({ call, children, title, danger = false, strong = false, disabled = false, then }: ActProps) {
  const busy = useSignal(false)
  const run = async (): Promise<void> => {
    busy.value = true
    const done = await act(call)
    busy.value = false
    then?.(done)
  }
  return (
    <span class={`act${danger ? ' danger' : ''}${strong ? ' strong' : ''}`}>
      <button type='button' title={title} disabled={disabled || busy.value} onClick={() => { run() }}>
        {children}
      </button>
      <How call={call} />
    </span>
  )
}

/** Shows how others can do it. */
export function How ({ call }: { readonly call: Call }) {
  const show = (): void => { shown.value = call }
  return (
    <button
      type='button' class='how' aria-label={`How to do this elsewhere: ${call.code}`} title='curl, ctl, code'
      onClick={show}
    >{'</>'}
    </button>
  )
}

/** The call that is looked at. */
export const shown = signal<Call | undefined>(undefined)

const NAMES: Readonly<Record<keyof Written, string>> = { curl: 'curl', ctl: 'ctl', code: 'code' }

/** The three ways, each to be copied. */
export function Ways ({ call }: { readonly call: Call }) {
  const ways = written(call, place.value)
  return (
    <dl class='ways'>
      {(['curl', 'ctl', 'code'] as const).map((name) => (
        <div key={name}>
          <dt>{NAMES[name]}</dt>
          <dd><code>{ways[name].split('\n').at(-1)}</code><Copy text={ways[name]} what={NAMES[name]} /></dd>
        </div>
      ))}
    </dl>
  )
}

export function Copy ({ text, what }: { readonly text: string, readonly what: string }) {
  const done = useSignal(false)
  const copy = async (): Promise<void> => {
    await copyText(text)
    done.value = true
    said.value = `${what} copied`
    setTimeout(() => { done.value = false }, 1500)
  }
  return (
    <button type='button' class='copy' aria-label={`Copy ${what}`} onClick={() => { copy() }}>
      {done.value ? 'copied' : 'copy'}
    </button>
  )
}

/** Browsers give the clipboard to pages of loopback and HTTPS alone. */
async function copyText (text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return await navigator.clipboard.writeText(text)
  const area = document.createElement('textarea')
  area.value = text
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}

/** At the foot of the page: what was last done, or is asked about, in all three ways. */
export function CallBar () {
  const call = shown.value ?? lastCall.value?.call
  if (call === undefined) return null
  const problem = shown.value === undefined ? lastCall.value?.problem : undefined
  const done = problem === undefined ? 'Done' : 'Refused'
  const title = shown.value === undefined ? done : 'How to do this elsewhere'
  const close = (): void => {
    shown.value = undefined
    lastCall.value = undefined
  }
  return (
    <section class={`callbar${problem === undefined ? '' : ' failed'}`} aria-label='The last call'>
      <header>
        <strong>{title}</strong>
        {problem !== undefined && <span class='problem'>{problem}</span>}
        <button type='button' class='copy' aria-label='Close' onClick={close}>✕</button>
      </header>
      <Ways call={call} />
    </section>
  )
}
