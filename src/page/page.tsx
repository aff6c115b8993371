// The page at /ui/: the world as a picture, and all that can be done to it.
import { signal, useSignal } from '@preact/signals'
import { render } from 'preact'
import { CallBar } from './act.js'
import { Checkpoints } from './checkpoints.js'
import { Contents } from './contents.js'
import { Faults } from './faults.js'
import { begin, events, requests, said, seen, standing, token, world } from './live.js'
import { Events, Requests } from './logs.js'
import { Panel } from './panel.js'
import { Picture } from './picture.js'
import { Time } from './time.js'

const TABS = { Events, Requests, Contents, Faults, Checkpoints } as const
type Tab = keyof typeof TABS
const NAMES = Object.keys(TABS) as readonly Tab[]

const tab = signal<Tab>('Events')
const theme = signal(localStorage.getItem('vault-mock-theme') ?? 'auto')

theme.subscribe((chosen) => {
  localStorage.setItem('vault-mock-theme', chosen)
  document.documentElement.dataset.theme = chosen
})

function Page () {
  return (
    <>
      <Head />
      {standing.value === 'locked' ? <Locked /> : <Main />}
      <CallBar />
      <div class='visually-hidden' role='status' aria-live='polite'>{said.value}</div>
    </>
  )
}

function Main () {
  return (
    <main>
      <div class='stage'>
        <Picture />
        <Time />
      </div>
      <Panel />
      <Tabs />
    </main>
  )
}

const STANDINGS = { connecting: 'connecting', live: 'live', lost: 'no answer', locked: 'locked' } as const
const NEXT_THEME: Readonly<Record<string, string>> = { auto: 'light', light: 'dark', dark: 'auto' }
const THEMES: Readonly<Record<string, string>> = { auto: '◐', light: '☀', dark: '☾' }

function changeTheme (): void {
  theme.value = NEXT_THEME[theme.value] ?? 'auto'
}

function Head () {
  const now = seen.value
  return (
    <header class='head'>
      <img src='icon.svg' alt='' width='28' height='28' />
      <h1>vault-mock</h1>
      {now !== undefined && (
        <span class='facts'>speaks like {now.profile}, {now.edition === 'ent' ? 'enterprise' : 'community'}</span>
      )}
      <span class='grow' />
      {(now?.worlds.length ?? 0) > 1 && (
        <label class='facts'>
          world{' '}
          <select value={world.value} onChange={(event) => { world.value = event.currentTarget.value }}>
            {now?.worlds.map((name) => <option key={name} value={name}>{name}</option>)}
          </select>
        </label>
      )}
      <span class={`standing ${standing.value}`}>{STANDINGS[standing.value]}</span>
      <button type='button' class='button' onClick={changeTheme} aria-label={`Colours: ${theme.value}`}>
        {THEMES[theme.value] ?? THEMES.auto}
      </button>
    </header>
  )
}

/** The server was started with --control-token. */
function Locked () {
  const wanted = useSignal('')
  const open = (event: Event): void => {
    event.preventDefault()
    standing.value = 'connecting'
    token.value = wanted.value
  }
  return (
    <main class='locked'>
      <form onSubmit={open}>
        <h2>The controls of this server need its control token</h2>
        <p>What it was started with as <code>--control-token</code>. It stays in this tab.</p>
        <label>
          Control token
          <input
            type='password' autocomplete='off' autofocus
            onInput={(event) => { wanted.value = event.currentTarget.value }}
          />
        </label>
        <button type='submit' class='button'>Open</button>
      </form>
    </main>
  )
}

function Tabs () {
  const Shown = TABS[tab.value]
  const counts: Partial<Record<Tab, number>> = {
    Events: events.value.length,
    Requests: requests.value.length,
    Faults: seen.value?.faults.length,
    Checkpoints: seen.value?.checkpoints.length
  }
  const move = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step === 0) return
    tab.value = NAMES[(NAMES.indexOf(tab.value) + step + NAMES.length) % NAMES.length] ?? 'Events'
    document.getElementById(`tab-${tab.value}`)?.focus()
  }
  return (
    <section class='tabs'>
      <div role='tablist' aria-label='More' onKeyDown={move}>
        {NAMES.map((name) => (
          <button
            key={name} id={`tab-${name}`} type='button' role='tab' aria-selected={tab.value === name}
            aria-controls='tab-panel' tabIndex={tab.value === name ? 0 : -1} onClick={() => { tab.value = name }}
          >{name}{(counts[name] ?? 0) > 0 && <span class='count'>{counts[name]}</span>}
          </button>
        ))}
      </div>
      <div id='tab-panel' role='tabpanel' aria-labelledby={`tab-${tab.value}`}><Shown /></div>
    </section>
  )
}

begin()
const root = document.getElementById('page')
if (root !== null) {
  root.textContent = ''
  render(<Page />, root)
}
