// How engines reach the ACLs of the Nomad region that stands in the same world: as by Nomad's API client for Go.
import type { NomadTokens } from '../cluster/outside.js'
import { GoError } from '../go/values.js'
import { NomadError } from '../nomad/nomad-error.js'
import type { Region } from '../nomad/region.js'

/** @param address the URL of one of the region's servers */
export function nomadTokensAt (region: Region | undefined, address: string): NomadTokens | undefined {
  const { hostname, port } = URL.canParse(address) ? new URL(address) : { hostname: '', port: '' }
  const isThere = region?.servers.some(({ host, httpPort, process }) => {
    return process === 'running' && host === hostname && String(httpPort) === port
  })
  return region !== undefined && isThere === true ? tokensOf(region) : undefined
}

function tokensOf (region: Region): NomadTokens {
  const { acl } = region
  return {
    bootstrap: () => asked(() => {
      requireReady(region)
      return acl.bootstrap()
    }),
    create: (secretId, token) => asked(() => {
      requireManagement(region, secretId)
      return acl.createToken(token)
    }),
    delete: (secretId, accessorId) => {
      asked(() => {
        requireManagement(region, secretId)
        acl.deleteToken(accessorId)
      })
    }
  }
}

function requireReady ({ acl, leader }: Region): void {
  if (!acl.enabled) throw new NomadError('ACL support disabled', 400)
  if (leader === undefined) throw new NomadError('No cluster leader')
}

function requireManagement (region: Region, secretId: string): void {
  requireReady(region)
  const permissions = region.acl.resolve(secretId)
  if (permissions === undefined) throw new NomadError('ACL token not found', 403)
  if (!permissions.management) throw new NomadError('Permission denied', 403)
}

/** @throws {GoError} `Unexpected response code: 403 (Permission denied)` */
function asked<T> (ask: () => T): T {
  try {
    return ask()
  } catch (error) {
    if (!(error instanceof NomadError)) throw error
    throw new GoError(`Unexpected response code: ${error.status} (${error.message})`)
  }
}
