// A region with ACLs on: the first token at hand, and others with the rules that a test wants.
import { NomadRegion } from '../../nomad/region-of-servers.js'

/** A token's UUID that no region has given out. */
export const UNKNOWN = '00000000-0000-0000-0000-000000000000'

export async function guarded (): Promise<{ nomad: NomadRegion, secret: string }> {
  const nomad = new NomadRegion({ acl: true })
  const { body } = await nomad.send('POST /v1/acl/bootstrap')
  return { nomad, secret: body.SecretID }
}

/** The secret of a client token with these rules. */
export async function client (nomad: NomadRegion, secret: string, rules: string): Promise<string> {
  const headers = { 'x-nomad-token': secret }
  await nomad.send('PUT /v1/acl/policy/some', { body: { Name: 'some', Rules: rules }, headers })
  return (await nomad.send('PUT /v1/acl/token', { body: { Type: 'client', Policies: ['some'] }, headers })).body.SecretID
}
