// `audit list`, `enable`, `disable`.
import { DETAILED_FLAG, FORMAT_FLAG } from '../common-flags.js'
import { goMap, isObject, type JsonObject } from '../../../json/index.js'
import { mountsIn } from './mount-records.js'
import { expectAtMost, onlyArgument, type Command } from '../command.js'
import { readTexts } from '../data.js'
import { sanitizePath, withTrailingSlash } from '../paths.js'
import { saying, usage } from '../ending.js'
import { textOf } from '../secret.js'

const list: Command = {
  words: 'audit list',
  synopsis: 'Lists enabled audit devices',
  takes: '',
  flags: [FORMAT_FLAG, DETAILED_FLAG],
  async run ({ args, client, flags, output }) {
    expectAtMost(args, 0)
    const secret = await saying('Error listing audits', async () => await client().readKnown('sys/audit'))
    const devices = mountsIn(secret?.data ?? {})
    if (devices.length === 0 && output.isTable) {
      output.line('No audit devices are enabled.')
      return 2
    }
    return output.data(goMap(Object.fromEntries(devices.map(([path, device]) => [path, deviceRecord(device)]))), rows(devices, flags.isOn('detailed')))
  }
}

function deviceRecord (device: JsonObject): JsonObject {
  const { type = '', description = '', options = null, local = false, path = '' } = device
  return { type, description, options, local, path }
}

function rows (devices: ReadonlyArray<[string, JsonObject]>, detailed: boolean): string[][] {
  return [
    ['Path', 'Type', 'Description', ...detailed ? ['Replication', 'Options'] : []],
    ...devices.map(([path, device]) => [
      path, textOf(device['type']), textOf(device['description']),
      ...detailed ? [device['local'] === true ? 'local' : 'replicated', optionsText(device)] : []
    ])
  ]
}

function optionsText ({ options }: JsonObject): string {
  return isObject(options) ? Object.keys(options).sort().map((name) => `${name}=${String(options[name])}`).join(' ') : ''
}

const enable: Command = {
  words: 'audit enable',
  synopsis: 'Enables an audit device',
  takes: 'TYPE [CONFIG K=V...]',
  flags: [
    { name: 'description', kind: 'text', description: 'a text for people' },
    { name: 'path', kind: 'text', description: 'where; its type if not said' },
    { name: 'local', kind: 'switch', description: 'not replicated' }
  ],
  async run ({ args, client, flags, output, surroundings }) {
    if (args.length < 1) throw usage("Error enabling audit device: audit type missing. Valid types include 'file', 'socket' and 'syslog'.")
    const type = (args[0] ?? '').trim()
    const path = withTrailingSlash(flags.text('path') || type)
    const options = await saying('Failed to parse K=V data', async () => await readTexts(args.slice(1), surroundings.stdin), 1)
    const body = { type, description: flags.text('description'), options: goMap(options), local: flags.isOn('local') }
    await saying('Error enabling audit device', async () => await client().send({ method: 'PUT', path: `sys/audit/${path}`, body }))
    output.line(`Success! Enabled the ${type} audit device at: ${path}`)
    return 0
  }
}

const disable: Command = {
  words: 'audit disable',
  synopsis: 'Disables an audit device',
  takes: 'PATH',
  flags: [],
  async run (session) {
    const path = withTrailingSlash(sanitizePath(onlyArgument(session)))
    await saying('Error disabling audit device', async () => await session.client().send({ method: 'DELETE', path: `sys/audit/${path}` }))
    session.output.line(`Success! Disabled audit device (if it was enabled) at: ${path}`)
    return 0
  }
}

export const AUDIT: readonly Command[] = [list, enable, disable]
