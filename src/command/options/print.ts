// The option table as people read it: the help text, and the table of docs/options.md.
import { environmentVariable, type OptionDefinition } from './definition.js'
import { DEFINITIONS } from './table.js'

const INDENT = 30

/** What `vault-mock --help` prints. */
export function helpText (): string {
  const groups = [...new Set(DEFINITIONS.map(([, definition]) => definition.group))]
  return [
    'Usage: vault-mock [server] [flags]       start the server (the default)',
    '       vault-mock healthcheck [flags]    exit 0 if the server that listens on --listen is up, else 1',
    '       vault-mock ctl …                  steer a server that runs; see vault-mock ctl --help',
    '       vault-mock vault …                Vault\'s own command line, for any server; see vault-mock vault -h',
    '       vault-mock conformance …          compare a server with recorded ones; see vault-mock conformance --help',
    '       vault-mock completion SHELL       words for bash, zsh or fish to complete',
    '       vault-mock version | help',
    ...groups.flatMap((group) => ['', `${group}:`, ...helpLines(group)]),
    '',
    'Each flag has an environment variable: --root-token is VAULT_MOCK_ROOT_TOKEN; a flag wins over it.',
    ''
  ].join('\n')
}

function helpLines (group: OptionDefinition['group']): string[] {
  return DEFINITIONS.map(([, definition]) => definition).filter((one) => one.group === group).map(helpLine)
}

function helpLine (definition: OptionDefinition): string {
  const usage = `  --${definition.flag}${definition.placeholder === undefined ? '' : ' ' + definition.placeholder}`
  const shown = defaultShown(definition)
  const text = definition.description + (shown === '' ? '' : ` (${shown})`)
  return usage.length < INDENT ? usage.padEnd(INDENT) + text : `${usage}\n${' '.repeat(INDENT)}${text}`
}

function defaultShown (definition: OptionDefinition): string {
  if (definition.shownDefault !== undefined) return definition.shownDefault
  return typeof definition.default === 'boolean' ? '' : String(definition.default ?? '')
}

/** The table that docs/options.md shows; a test keeps the two equal. */
export function optionsTable (): string {
  const rows = DEFINITIONS.map(([, definition]) => optionsRow(definition))
  return ['| Flag | Environment | Default | |', '|---|---|---|---|', ...rows].join('\n')
}

function optionsRow (definition: OptionDefinition): string {
  const usage = `--${definition.flag}${definition.placeholder === undefined ? '' : ' ' + definition.placeholder}`
  const variables = [environmentVariable(definition), ...definition.environment ?? []].map(code).join(', ')
  const shown = defaultShown(definition)
  const description = definition.description + (definition.unit === undefined ? '' : `; in ${definition.unit}`)
  const cells = [code(usage), variables, shown === '' ? '' : code(shown), description]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function code (text: string): string {
  return '`' + text + '`'
}
