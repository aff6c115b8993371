// `completion`: what shells need to complete words, made of the tables of options and commands.
import { COMMANDS as CLIENT_COMMANDS, GROUPS } from './vault/commands/index.js'
import { CONNECTION_FLAGS } from './vault/common-flags.js'
import { DEFINITIONS } from './options/table.js'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** The words of our own command. */
const OWN = ['server', 'healthcheck', 'ctl', 'conformance', 'vault', 'version', 'help', 'completion']
const CLIENT_NAMES = ['vault', 'bao']

/** What may follow some words: further words, and flags. */
interface Place {
  readonly words: string
  readonly next: readonly string[]
}

/** The script for a shell; @returns undefined for one that is not known */
export function completionScript (shell: string | undefined): string | undefined {
  switch (SHELLS.find((each) => each === shell)) {
    case 'bash': return bashScript()
    case 'zsh': return `autoload -U +X bashcompinit && bashcompinit\n${bashScript()}`
    case 'fish': return fishScript()
    default: return undefined
  }
}

function serverFlags (): string[] {
  return DEFINITIONS.map(([, { flag }]) => `--${flag}`)
}

/** @param before the words that lead to the client */
function clientPlaces (before: string): Place[] {
  const names = [...CLIENT_COMMANDS.map(({ words }) => words), ...GROUPS.map(({ words }) => words)]
  const after = (words: string) => names.filter((name) => name.startsWith(words === '' ? '' : `${words} `))
    .map((name) => name.slice(words === '' ? 0 : words.length + 1)).filter((rest) => !rest.includes(' ')).sort()
  return [
    { words: before, next: after('') },
    ...GROUPS.map(({ words }) => ({ words: `${before} ${words}`, next: after(words) })),
    ...CLIENT_COMMANDS.map(({ words, flags }) => {
      const shown = [...CONNECTION_FLAGS, ...flags].filter(({ hidden }) => hidden === undefined)
      return { words: `${before} ${words}`, next: shown.map(({ name }) => `-${name}`) }
    })
  ]
}

function places (): Place[] {
  return [
    { words: 'vault-mock', next: [...OWN, ...serverFlags()] },
    { words: 'vault-mock server', next: serverFlags() },
    { words: 'vault-mock healthcheck', next: serverFlags() },
    { words: 'vault-mock completion', next: SHELLS },
    ...clientPlaces('vault-mock vault'),
    ...CLIENT_NAMES.flatMap(clientPlaces)
  ]
}

/** The longest run of words before the cursor that is known decides. */
function bashScript (): string {
  const choices = places().map(({ words, next }) => `      "${words}") choices="${next.join(' ')}"; break ;;`)
  return String.raw`_vault_mock () {
  local known="\${COMP_WORDS[*]:0:COMP_CWORD}" current="\${COMP_WORDS[COMP_CWORD]}" choices=""
  known="\${known##*/}"
  while [ -n "$known" ]; do
    case "$known" in
@CHOICES@
    esac
    [ "\${known% *}" = "$known" ] && break
    known="\${known% *}"
  done
  COMPREPLY=($(compgen -W "$choices" -- "$current"))
}
complete -o default -F _vault_mock vault-mock @NAMES@
`.replaceAll('\\$', '$').replace('@CHOICES@', () => choices.join('\n')).replace('@NAMES@', CLIENT_NAMES.join(' '))
}

function fishScript (): string {
  return [
    'function __vault_mock_after',
    '  set -l said (string split -n " " -- (string match -rv "^-" -- (commandline -opc) | string join " "))',
    '  test "$said" = "$argv"',
    'end',
    ...places().map(({ words, next }) => {
      const command = words.split(' ')[0] ?? ''
      return `complete -c ${command} -f -n "__vault_mock_after ${words}" -a "${next.join(' ')}"`
    }),
    ''
  ].join('\n')
}
