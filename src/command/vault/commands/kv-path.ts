// Where a secret of a KV engine lies: which mount it is of, and which version of the engine that speaks.
import { failure, saying } from '../ending.js'
import { ApiError } from '../api-error.js'
import { isObject } from '../../../json/index.js'
import { joinPath, sanitizePath } from '../paths.js'
import { readSecret } from '../secret.js'
import type { Call, Client } from '../client.js'
import type { Session } from '../command.js'

/** What KV v2 puts between the mount and the secret. */
export type Prefix = 'data' | 'metadata' | 'delete' | 'undelete' | 'destroy'

/** A secret's place: of KV v1 the path alone. */
export interface KvPath {
  readonly isVersion2: boolean
  at (prefix: Prefix): string
}

interface Mount {
  readonly path: string
  readonly isVersion2: boolean
}

const NEEDS_THE_MOUNT = (path: string): string => `This output flag requires the success of a preflight request 
to determine the version of a KV secrets engine. Please 
re-run this command with a token with read access to ${path}. 
Note that if the path you are trying to reach is a KV v2 path, your token's policy must 
allow read access to that path in the format 'mount-path/data/foo', not just 'mount-path/foo'.`

/**
 * Asks the server for the mount, then puts the path together.
 *
 * @param secret the argument: with -mount the path below it, else mount and path
 * @param mountIsSaid `undelete` takes the mount as it was said, not as the server knows it
 */
export async function kvPath ({ client: open, flags }: Session, secret: string, mountIsSaid = false): Promise<KvPath> {
  const client = open()
  const said = flags.text('mount')
  const asked = said === '' ? secret : sanitizePath(said)
  const mount = await mountOf(client, asked)
  const path = mountIsSaid && said !== '' ? asked : mount.path
  const whole = said !== '' && mount.isVersion2 ? joinPath(path, secret) : secret
  return {
    isVersion2: mount.isVersion2,
    at: (prefix) => mount.isVersion2 ? withPrefix(whole, path, prefix) : said === '' ? secret : joinPath(path, secret)
  }
}

/** A server that does not know the path of the question has no KV v2, either. */
async function mountOf (client: Client, path: string): Promise<Mount> {
  const isDryRun = client.isDryRun()
  return await client.beforehand(async () => {
    try {
      const { bytes } = await client.send({ method: 'GET', path: `sys/internal/ui/mounts/${path}` })
      return mountIn(bytes.toString())
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return { path: '', isVersion2: false }
      if (error instanceof ApiError && error.status === 403 && isDryRun) throw failure(NEEDS_THE_MOUNT(path))
      throw failure((error as Error).message)
    }
  })
}

function mountIn (text: string): Mount {
  const { path, options } = readSecret(text)?.data ?? {}
  const version = isObject(options) ? options['version'] : undefined
  return { path: typeof path === 'string' ? path : '', isVersion2: version === '2' }
}

/** `secret/a/b` of the mount `secret/` is `secret/data/a/b`; in a namespace the mount's path may be the longer one. */
function withPrefix (path: string, mountPath: string, prefix: Prefix): string {
  if (path === mountPath || `${path}/` === mountPath) return joinPath(mountPath, prefix)
  let mount = mountPath
  let rest = trimPrefix(path, mount)
  while (rest === path) {
    const at = mount.indexOf('/')
    const deeper = at < 0 ? '' : mount.slice(at + 1)
    if (deeper === '') break
    mount = deeper.replace(/\/$/, '')
    rest = trimPrefix(rest, mount)
  }
  return joinPath(mount, prefix, rest)
}

function trimPrefix (text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text
}

/** Reads a secret; a refusal is told with its path. */
export async function readKv (session: Session, path: string, words: string, version?: number) {
  const query: Call['query'] = version === undefined ? {} : { version: [String(version)] }
  return await saying(`${words} ${path}`, async () => await session.client().read(path, query))
}
