// The real things this server can speak like: one small typed table for each subject, the quirks and nothing else.
import { builtinQuirks, type BuiltinQuirks } from './builtins.js'
import { laterFieldsQuirks, type LaterFieldsQuirks } from './later-fields.js'
import { mountedQuirks, type MountedQuirks } from './mounted.js'
import { namespaceQuirks, type NamespaceQuirks } from './namespaces.js'
import { names, type ByProfile, type Edition, type Names, type ProfileName } from './names.js'
import { outsideQuirks, type OutsideQuirks } from './outside.js'
import { outsideSecretsQuirks, type OutsideSecretsQuirks } from './outside-secrets.js'
import { pkiQuirks, type PkiQuirks } from './pki.js'
import { raftQuirks, type RaftQuirks } from './raft.js'
import { replicationQuirks, type ReplicationQuirks } from './replication.js'
import { requestQuirks, type RequestQuirks } from './requests.js'
import { sshQuirks, type SshQuirks } from './ssh.js'
import { systemQuirks, type SystemQuirks } from './system.js'
import { totpQuirks, type TotpQuirks } from './totp.js'
import { transitQuirks, type TransitQuirks } from './transit.js'

export type { LaterPlace } from './later-fields.js'
export type { Edition, ProfileName } from './names.js'

/** How one real server differs from the others where a client can see it; each table says where it knows it from. */
export interface Profile
  extends Names, RaftQuirks, ReplicationQuirks, RequestQuirks, SystemQuirks, MountedQuirks, BuiltinQuirks, SshQuirks,
  TotpQuirks, OutsideQuirks, OutsideSecretsQuirks, TransitQuirks,
  PkiQuirks, NamespaceQuirks, LaterFieldsQuirks {}

export const profiles: ByProfile<Profile> = {
  documented: profileNamed('documented'),
  'vault-1.14': profileNamed('vault-1.14'),
  'vault-1.21': profileNamed('vault-1.21'),
  'openbao-2.5': profileNamed('openbao-2.5')
}

function profileNamed (name: ProfileName): Profile {
  return {
    ...names[name],
    ...raftQuirks[name],
    ...replicationQuirks[name],
    ...requestQuirks[name],
    ...systemQuirks[name],
    ...mountedQuirks[name],
    ...builtinQuirks[name],
    ...sshQuirks[name],
    ...totpQuirks[name],
    ...outsideQuirks[name],
    ...outsideSecretsQuirks[name],
    ...transitQuirks[name],
    ...pkiQuirks[name],
    ...namespaceQuirks[name],
    ...laterFieldsQuirks[name]
  }
}

/** The edition that a server of a profile really is: without an enterprise edition, it is like the community's. */
export function editionOf (profile: Profile, wanted: Edition): Edition {
  return profile.hasEnterpriseEdition ? wanted : 'ce'
}

/** The version string a server of this profile and edition reports: `1.14.9+ent`; OpenBao has no editions. */
export function versionOf (profile: Profile, edition: Edition): string {
  return editionOf(profile, edition) === 'ent' ? `${profile.version}+ent` : profile.version
}
