// Help texts, made of the table of commands.
import { COMMANDS, GROUPS } from './commands/index.js'
import { CONNECTION_FLAGS } from './common-flags.js'
import { wrapText } from './output/table.js'
import type { Command } from './command.js'
import type { FlagDefinition, FlagKind } from './flags.js'

const COMMON = ['read', 'write', 'delete', 'list', 'login', 'server', 'status', 'unwrap']
const VALUES: Readonly<Record<FlagKind, string>> = {
  text: 'string', switch: '', number: 'int', duration: 'duration', texts: 'string', pairs: 'key=value'
}
const OUTPUT_FLAGS = ['field', 'format', 'detailed', 'snapshot-id']
const SERVER = { words: 'server', synopsis: 'Start a Vault server' }

/** What the command says without one. */
export function overview (program: string): string {
  const tops = [...COMMANDS, ...GROUPS, SERVER].filter(({ words }) => !words.includes(' ') && words !== 'version')
  const lines = (names: readonly string[]) => {
    const width = Math.max(...names.map((name) => name.length)) + 6
    return names.map((name) => `    ${name.padEnd(width)}${tops.find(({ words }) => words === name)?.synopsis ?? ''}`)
  }
  const others = tops.map(({ words }) => words).filter((name) => !COMMON.includes(name)).sort()
  return [`Usage: ${program} <command> [args]`, '', 'Common commands:', ...lines(COMMON), '', 'Other commands:', ...lines(others), ''].join('\n')
}

/** The commands below some words. */
export function groupHelp (group: string, program: string): string {
  const { synopsis = '' } = GROUPS.find(({ words }) => words === group) ?? {}
  const below = [...COMMANDS, ...GROUPS].filter(({ words }) => words.startsWith(`${group} `) && !words.slice(group.length + 1).includes(' '))
    .map(({ words, synopsis }) => [words.slice(group.length + 1), synopsis] as const).sort()
  const width = Math.max(...below.map(([name]) => name.length))
  const lines = below.map(([name, synopsis]) => `    ${name.padEnd(width)}    ${synopsis}`)
  return [`Usage: ${program} ${group} <subcommand> [options] [args]`, '', `  ${synopsis}.`, '', 'Subcommands:', ...lines, ''].join('\n')
}

export function commandHelp ({ words, synopsis, takes, flags }: Command, program: string): string {
  const isOutput = ({ name }: FlagDefinition) => OUTPUT_FLAGS.includes(name)
  return [
    `Usage: ${program} ${words} [options]${takes === '' ? '' : ` ${takes}`}`,
    '',
    `  ${synopsis}.`,
    ...flagGroup('HTTP Options', CONNECTION_FLAGS),
    ...flagGroup('Output Options', flags.filter(isOutput)),
    ...flagGroup('Command Options', flags.filter((flag) => !isOutput(flag))),
    ''
  ].join('\n')
}

function flagGroup (title: string, flags: readonly FlagDefinition[]): string[] {
  const shown = flags.filter(({ hidden }) => hidden === undefined)
  return shown.length === 0 ? [] : ['', `${title}:`, ...shown.flatMap((flag) => ['', ...flagLines(flag)])]
}

function flagLines ({ name, kind, aliases, description, default: unsaid, variable }: FlagDefinition): string[] {
  const value = VALUES[kind]
  const text = [
    `${description.charAt(0).toUpperCase()}${description.slice(1)}.`,
    ...aliases === undefined ? [] : [`This is aliased as ${aliases.map((alias) => `"-${alias}"`).join(' and ')}.`],
    ...unsaid === undefined || unsaid === '' || typeof unsaid === 'object' ? [] : [`The default is ${String(unsaid)}.`],
    ...variable === undefined ? [] : [`This can also be specified via the ${variable} environment variable.`]
  ].join(' ')
  return [`  -${name}${value === '' ? '' : `=<${value}>`}`, wrapText(text, 6)]
}
