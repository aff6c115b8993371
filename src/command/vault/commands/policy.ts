// `policy list`, `read`, `write` and `delete`.
import { readFileSync } from 'node:fs'
import { failure, saying } from '../ending.js'
import { ApiError } from '../api-error.js'
import { expectAtMost, expectArguments, onlyArgument, type Command } from '../command.js'
import { FORMAT_FLAG } from '../common-flags.js'
import { goFileError } from '../files.js'
import { textOf, textsOf } from '../secret.js'

const list: Command = {
  words: 'policy list',
  synopsis: 'Lists the installed policies',
  takes: '',
  flags: [FORMAT_FLAG],
  async run ({ args, client, output }) {
    expectAtMost(args, 0)
    const secret = await saying('Error listing policies', async () => await client().list('sys/policies/acl'))
    const names = textsOf(secret?.data?.['keys']) ?? []
    if (!output.isTable) return output.data(names)
    for (const name of names) output.line(name)
    return 0
  }
}

const read: Command = {
  words: 'policy read',
  synopsis: 'Prints the contents of a policy',
  takes: 'NAME',
  flags: [FORMAT_FLAG],
  async run (session) {
    const { output } = session
    const name = onlyArgument(session).trim().toLowerCase()
    const client = session.client()
    const secret = await saying(`Error reading policy named ${name}`, async () => {
      return await client.read(`sys/policies/acl/${name}`).catch((error: Error) => {
        if (error instanceof ApiError && error.status === 404) return undefined
        throw error
      })
    })
    const policy = textOf(secret?.data?.['policy'])
    if (policy === '') throw failure(`No policy named: ${name}`)
    if (!output.isTable) return output.data({ policy })
    output.line(policy.trim())
    return 0
  }
}

const write: Command = {
  words: 'policy write',
  synopsis: 'Uploads a named policy from a file',
  takes: 'NAME PATH',
  flags: [],
  async run ({ args, client, output, surroundings }) {
    expectArguments(args, 2)
    const [said = '', path = ''] = args
    const name = said.trim().toLowerCase()
    const open = client()
    const policy = path.trim() === '-' ? await surroundings.stdin() : readPolicy(path.trim())
    await saying('Error uploading policy', async () => {
      await open.send({ method: 'PUT', path: `sys/policies/acl/${name}`, body: { policy } })
    })
    if (said !== name) output.warn(`Policy name was converted from "${said}" to "${name}"`)
    output.line(`Success! Uploaded policy: ${name}`)
    return 0
  }
}

function readPolicy (path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw failure(`Error opening policy file: ${goFileError(error, path).message}`)
  }
}

const deletion: Command = {
  words: 'policy delete',
  synopsis: 'Deletes a policy by name',
  takes: 'NAME',
  flags: [],
  async run (session) {
    const name = onlyArgument(session).trim().toLowerCase()
    await saying(`Error deleting ${name}`, async () => await session.client().send({ method: 'DELETE', path: `sys/policies/acl/${name}` }))
    session.output.line(`Success! Deleted policy: ${name}`)
    return 0
  }
}

export const POLICY: readonly Command[] = [list, read, write, deletion]
