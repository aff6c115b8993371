// What a cluster holds, as trees: secrets below their mounts, policies, tokens.
import { useSignal, useSignalEffect } from '@preact/signals'
import type { Content, Contents as Held, MountContents } from '../control/contents.js'
import { ask, events, requests, seen, world } from './live.js'
import { Plain } from './plain.js'
import { instant } from './words.js'

export function Contents () {
  const cluster = useSignal('')
  const held = useSignal<Held | undefined>(undefined)
  const open = useSignal<Content | undefined>(undefined)
  const reveal = useSignal(false)
  const labels = [...new Set(seen.value?.clusters.map(({ label }) => label))]
  useSignalEffect(() => {
    // reading them subscribes to them: what was written since is seen
    ;[requests, events, world].forEach(({ value }) => value)
    const query = cluster.value === '' ? '' : `?cluster=${encodeURIComponent(cluster.value)}`
    ask<Held>('GET', `/contents${query}`).then((found) => { held.value = found }, () => { held.value = undefined })
  })
  const look = async (path: string, shows = reveal.value): Promise<void> => {
    const query = new URLSearchParams({ path, reveal: String(shows) })
    if (cluster.value !== '') query.set('cluster', cluster.value)
    open.value = await ask<Content>('GET', `/contents/entry?${query}`).catch(() => undefined)
  }
  const toggle = (): void => {
    reveal.value = !reveal.value
    if (open.value !== undefined) look(open.value.path)
  }
  const choose = (label: string): void => {
    cluster.value = label
    open.value = undefined
  }
  return (
    <>
      <div class='filters'>
        <select
          aria-label='Cluster' value={cluster.value} onChange={(event) => { choose(event.currentTarget.value) }}
        >
          <option value=''>first cluster</option>
          {labels.map((label) => <option key={label} value={label}>{label}</option>)}
        </select>
        <label class='switch'><input type='checkbox' checked={reveal.value} onChange={toggle} /> show values</label>
      </div>
      <div class='scroll split'>
        <div class='tree'>
          {held.value?.mounts.map((mount) => <Mount key={mount.path} mount={mount} look={look} />)}
          {held.value !== undefined && <Policies policies={held.value.policies} look={look} />}
          {held.value !== undefined && <Tokens tokens={held.value.tokens} />}
        </div>
        <div class='leaf' aria-live='polite'>
          {open.value === undefined
            ? <p class='empty'>Choose a secret or a policy.</p>
            : <Leaf content={open.value} />}
        </div>
      </div>
    </>
  )
}

function Leaf ({ content: { path, version, value } }: { readonly content: Content }) {
  return (
    <>
      <h3>{path}{version !== null && <small> version {version}</small>}</h3>
      <pre>{typeof value === 'string' ? value : JSON.stringify(value, null, 2)}</pre>
    </>
  )
}

type Look = (path: string) => Promise<void>

function Mount ({ mount, look }: { readonly mount: MountContents, readonly look: Look }) {
  const { path, type, paths, more } = mount
  return (
    <details open={type === 'kv'}>
      <summary>{path} <small>{type}{paths.length + more > 0 ? `, ${paths.length + more}` : ''}</small></summary>
      <Folder above={path} paths={paths} look={look} />
      {more > 0 && <p class='empty'>{paths.length === 0 ? `${more} entries` : `${more} more`}</p>}
    </details>
  )
}

interface FolderProps {
  readonly above: string
  readonly paths: readonly string[]
  readonly look: Look
}

/** Those of a folder: folders first. */
function Folder ({ above, paths, look }: FolderProps) {
  const folders = new Map<string, string[]>()
  const leaves: string[] = []
  for (const path of paths) {
    const slash = path.indexOf('/')
    if (slash < 0) leaves.push(path)
    else folders.set(path.slice(0, slash + 1), [...folders.get(path.slice(0, slash + 1)) ?? [], path.slice(slash + 1)])
  }
  return (
    <ul>
      {[...folders].map(([name, below]) => (
        <li key={name}>
          <details>
            <summary>{name} <small>{below.length}</small></summary>
            <Folder above={above + name} paths={below} look={look} />
          </details>
        </li>
      ))}
      {leaves.map((name) => <li key={name}><Plain onClick={() => { look(above + name) }}>{name}</Plain></li>)}
    </ul>
  )
}

function Policies ({ policies, look }: { readonly policies: readonly string[], readonly look: Look }) {
  return (
    <details>
      <summary>policies <small>{policies.length}</small></summary>
      <ul>
        {policies.map((name) => (
          <li key={name}><Plain onClick={() => { look(`sys/policies/acl/${name}`) }}>{name}</Plain></li>
        ))}
      </ul>
    </details>
  )
}

function Tokens ({ tokens }: { readonly tokens: Held['tokens'] }) {
  return (
    <details>
      <summary>tokens <small>{tokens.length}</small></summary>
      <ul>
        {tokens.map(({ accessor, displayName, policies, path, expiresAtMs }) => (
          <li key={accessor}>
            <code>{accessor}</code>{' '}
            <small>{displayName}, {policies.join(' ')}, {path}, {expiry(expiresAtMs)}</small>
          </li>
        ))}
      </ul>
    </details>
  )
}

function expiry (expiresAtMs: number | null): string {
  return expiresAtMs === null ? 'never expires' : `until ${instant(expiresAtMs)}`
}
