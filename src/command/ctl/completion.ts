// `ctl completion bash|zsh|fish`, and what their scripts ask for: the words that may come next, names among them.
import { FLAGS } from './words.js'
import { isHole, nextWords, type Description } from './description.js'
import type { Link } from './link.js'

const OWN = ['watch', 'top', 'completion']

const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `_vault_mock_ctl() {
  [ "\${COMP_WORDS[1]}" = ctl ] || return
  COMPREPLY=($(vault-mock ctl complete "\${COMP_WORDS[@]:2:COMP_CWORD-1}" 2>/dev/null))
}
complete -o default -F _vault_mock_ctl vault-mock
`,
  zsh: `#compdef vault-mock
_vault_mock_ctl() {
  [ "\${words[2]}" = ctl ] || return
  compadd -- $(vault-mock ctl complete "\${(@)words[3,CURRENT]}" 2>/dev/null)
}
compdef _vault_mock_ctl vault-mock
`,
  fish: `complete -c vault-mock -n '__fish_seen_subcommand_from ctl' -f -a \\
  '(vault-mock ctl complete (commandline -opc)[3..] (commandline -ct) 2>/dev/null)'
`
}

/** @returns undefined for a shell that is not known */
export function completionScript (shell: string | undefined): string | undefined {
  return Object.hasOwn(SCRIPTS, shell ?? '') ? SCRIPTS[shell ?? ''] : undefined
}

export const SHELLS = Object.keys(SCRIPTS)

/** @param words the last is what was begun, perhaps empty */
export async function candidates (link: Link, description: Description, words: readonly string[]): Promise<string[]> {
  const before = words.slice(0, -1)
  const begun = words.at(-1) ?? ''
  if (begun.startsWith('-')) return FLAGS.filter((flag) => flag.startsWith(begun))
  const next = nextWords(description, before)
  const names = (await Promise.all(next.filter(isHole).map(async (hole) => await namesFor(link, hole)))).flat()
  return [...next.filter((word) => !isHole(word)), ...names, ...(before.length === 0 ? OWN : [])]
    .filter((word) => word.startsWith(begun)).sort()
}

/** Where the names of what stands in braces are found. */
const SOURCES: Readonly<Record<string, { readonly path: string, readonly list: string, readonly name: string }>> = {
  '{node}': { path: '/_mock/nodes', list: 'nodes', name: 'id' },
  '{server}': { path: '/_mock/nomad/servers', list: 'servers', name: 'name' },
  '{name}': { path: '/_mock/checkpoints', list: 'checkpoints', name: '' },
  '{other}': { path: '/_mock/checkpoints', list: 'checkpoints', name: '' },
  '{id}': { path: '/_mock/faults', list: 'faults', name: 'id' }
}

async function namesFor (link: Link, hole: string): Promise<string[]> {
  if (hole === '{kind}') return ['dr', 'performance']
  const source = SOURCES[hole]
  if (source === undefined) return []
  const { status, text } = await link.send('GET', source.path)
  if (status !== 200) return []
  const found: Record<string, readonly unknown[]> = JSON.parse(text)
  return (found[source.list] ?? []).map((each) => typeof each === 'object' && each !== null
    ? String(Object.entries(each).find(([name]) => name === source.name)?.[1] ?? '')
    : String(each))
}
