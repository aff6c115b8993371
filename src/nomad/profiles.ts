// The two ways a Nomad region can speak: as the documentation's page on raft protocol 2 has it, or as a server of
// today.

export type NomadProfileName = 'documented' | 'nomad-2.0'

export interface NomadProfile {
  readonly name: NomadProfileName
  /** what servers say they are; of the documented one inferred: the last minor version that spoke raft protocol 2 */
  readonly version: string
  readonly raftProtocol: 2 | 3
  /** a server's id is its address, or a UUID */
  readonly idsAreAddresses: boolean
  /** `Index` is the entry of the latest configuration; servers of today print 0 */
  readonly tracksIndex: boolean
  /** a peer is removed by `id` or by `address` */
  readonly removesByAddress: boolean
}

export const nomadProfiles: Readonly<Record<NomadProfileName, NomadProfile>> = {
  documented: { name: 'documented', version: '1.3.16', raftProtocol: 2, idsAreAddresses: true, tracksIndex: true, removesByAddress: true },
  'nomad-2.0': { name: 'nomad-2.0', version: '2.0.6-dev', raftProtocol: 3, idsAreAddresses: false, tracksIndex: false, removesByAddress: false }
}
