// `version` of this client, and `version-history` of the server.
import { FORMAT_FLAG } from '../common-flags.js'
import { failure, saying } from '../ending.js'
import { isObject, type JsonObject } from '../../../json/index.js'
import { packageVersion } from '../../package-version.js'
import { table, wrapText } from '../output/table.js'
import { textOf, textsOf } from '../secret.js'
import type { Command } from '../command.js'

const version: Command = {
  words: 'version',
  synopsis: 'Prints the Vault CLI version',
  takes: '',
  flags: [],
  trailingFlags: true,
  async run ({ output, surroundings }) {
    output.line(`${surroundings.program === 'bao' ? 'OpenBao' : 'Vault'} v${packageVersion()} (vault-mock)`)
    return 0
  }
}

const TRACKED = 'Note: Use of this command requires a server running Vault 1.10.0 or greater. Version tracking was added in 1.9.0. Earlier ' +
  'versions have not been tracked.'

const history: Command = {
  words: 'version-history',
  synopsis: 'Prints the version history of the target Vault server',
  takes: '',
  flags: [FORMAT_FLAG],
  async run ({ client, output }) {
    const secret = await saying('Error reading version history', async () => await client().list('sys/version-history'))
    if (secret === undefined || secret.data === null) throw failure('Invalid response returned from Vault')
    output.warn(`\n${wrapText(TRACKED)}\n`)
    if (output.format === 'json') return output.data({ ...secret } as JsonObject)
    const info = secret.data['key_info']
    const rows = (textsOf(secret.data['keys']) ?? []).map((name) => {
      const known = isObject(info) ? info[name] : undefined
      return [name, ...['timestamp_installed', 'build_date'].map((member) => isObject(known) ? textOf(known[member]) : '')]
    })
    output.line(table([['Version', 'Installation Time', 'Build Date'], ...rows]))
    return 0
  }
}

export const VERSION: readonly Command[] = [version, history]
