// What a cluster remembers outside its storage.
import { Type } from '@sinclair/typebox'
import { RaftForm } from '../raft/raft-state.js'
import { closed, mapOf, texts, type State } from '../sim/declared.js'
import { LoadedSnapshotForm } from './loaded-snapshot.js'
import { RekeyForm } from './rekey.js'
import { RootGenerationForm } from './root-generation.js'
import { BytesForm, StorageForm } from './storage-form.js'

const KeptSnapshot = Type.Object({ fileName: Type.String(), bytes: BytesForm }, closed)

const ceremonies = {
  /** the key that wraps this cluster's secrets, once a node has been unsealed */
  rootKey: Type.Optional(BytesForm),
  /** the answers expected of those who join, by server id, base64 */
  challenges: mapOf(Type.String()),
  /** the ceremony under way that makes a root or DR operation token */
  rootGeneration: Type.Optional(RootGenerationForm),
  /** the rekey under way */
  rekey: Type.Optional(RekeyForm),
  /** a snapshot to read single secrets from */
  loadedSnapshot: Type.Optional(LoadedSnapshotForm),
  /** automated snapshots for a cloud storage, by the name of their configuration, oldest first */
  keptSnapshots: mapOf(Type.Array(KeptSnapshot))
}

export const ClusterMemoryForm = Type.Object(ceremonies, closed)

/** What is a cluster's alone; its raft and its storage have states of their own. */
export type ClusterMemory = State<typeof ClusterMemoryForm>

export const EMPTY_MEMORY: ClusterMemory = { challenges: new Map(), keptSnapshots: new Map() }

/** All of it; `nodes` are ids, in the order in which they came. */
export const clusterForm = {
  key: Type.String(),
  label: Type.String(),
  nodes: texts,
  ...ceremonies,
  raft: RaftForm,
  storage: StorageForm
}

export const ClusterForm = Type.Object(clusterForm, closed)

export type ClusterState = State<typeof ClusterForm>
