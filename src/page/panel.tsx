// What is known of the chosen node or cluster, and all that can be done to it.
import type { ComponentChildren } from 'preact'
import type { ClusterOverview, NodeOverview, ReplicationOverview } from '../control/overview.js'
import { Act, Copy } from './act.js'
import { cutCall, healCall, nodeCall, nomadCall, replicationCall, skipCall, type NodeWord } from './calls.js'
import { LinksBetween } from './links.js'
import { seen, type Seen } from './live.js'
import { fullName, isCut, nameOf, roleOf, selected, selectedCluster, selectedNode } from './selection.js'
import { remaining, spaced } from './words.js'

export function Panel () {
  const world = seen.value
  if (world === undefined) return <aside class='panel' />
  const node = selectedNode.value
  const cluster = selectedCluster.value
  return (
    <aside class='panel' aria-label='What was chosen'>
      {node !== undefined
        ? <NodePanel node={node} world={world} />
        : cluster !== undefined ? <ClusterPanel cluster={cluster} world={world} /> : <WorldPanel world={world} />}
    </aside>
  )
}

function Back () {
  return <button type='button' class='back' onClick={() => { selected.value = undefined }}>← all</button>
}

function Facts ({ facts }: { readonly facts: ReadonlyArray<readonly [string, ComponentChildren]> }) {
  return <dl class='facts'>{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
}

type Offer = readonly [word: NodeWord, label: string]

/** What may be done to a node as it is. */
function wordsFor (node: NodeOverview): readonly Offer[] {
  if (node.process === 'stopped') return [['wipe', 'Wipe']]
  if (node.process === 'paused') return [['resume', 'Resume'], ['kill', 'Kill']]
  const sealing: Offer = node.sealed ? ['unseal', 'Unseal'] : ['seal', 'Seal']
  const leading: Offer = node.active ? ['step-down', 'Step down'] : ['elect', 'Elect']
  return [['kill', 'Kill'], leading, sealing, ['restart', 'Restart'], ['pause', 'Pause'], ['wipe', 'Wipe']]
}

const DANGEROUS: ReadonlySet<NodeWord> = new Set(['kill', 'wipe'])

function NodePanel ({ node, world }: { readonly node: NodeOverview, readonly world: Seen }) {
  const name = nameOf(node, world)
  const cluster = world.clusters.find(({ nodes }) => nodes.includes(node))
  const contact = node.lastContactMs === null ? node.active ? 'leads' : '–' : remaining(node.lastContactMs)
  return (
    <>
      <Back />
      <h2><span class={`dot ${roleOf(node)}`} />{node.id} <small>{spaced(roleOf(node))}</small></h2>
      <p class='address'><code>{node.apiAddr}</code><Copy text={node.apiAddr} what='the address' /></p>
      <Facts
        facts={[
          ['cluster', node.cluster],
          ['raft', `${spaced(node.suffrage)}${node.cutOff ? ', cut off' : ''}`],
          ['term', node.term],
          ['applied', `${node.appliedIndex} of ${cluster?.lastIndex ?? '–'}`],
          ['committed', node.commitIndex],
          ['last contact', contact],
          ['follows', node.knownLeader ?? 'nobody'],
          ['seal', !node.initialized ? 'not initialised' : node.sealed ? 'sealed' : 'unsealed']
        ]}
      />
      <div class='acts'>
        {node.process === 'stopped' && (
          <>
            <Act strong call={nodeCall(name, 'start', { unseal: true })}>Start, unsealed</Act>
            <Act call={nodeCall(name, 'start')}>Start</Act>
          </>
        )}
        {wordsFor(node).map(([word, label]) => (
          <Act key={word} danger={DANGEROUS.has(word)} call={nodeCall(name, word)}>{label}</Act>
        ))}
      </div>
      <NodeLinks node={node} world={world} />
    </>
  )
}

/** The menu in place of dragging. */
function NodeLinks ({ node, world }: { readonly node: NodeOverview, readonly world: Seen }) {
  const own = fullName(node)
  const all = world.clusters.flatMap(({ nodes }) => nodes)
  const peers = all.filter((other) => other !== node && other.cluster === node.cluster)
  if (peers.length === 0) return null
  return (
    <section class='links' aria-label='Links'>
      <h3>Links</h3>
      <div class='acts'>
        <Act call={cutCall(own, node.cluster)}>Cut off from all</Act>
        <Act call={healCall(own)}>Mend all</Act>
      </div>
      <ul>
        {peers.map((other) => (
          <li key={other.id} class={isCut(world, own, fullName(other)) ? 'is-cut' : ''}>
            <span>{other.id}</span>
            {isCut(world, own, fullName(other))
              ? <Act call={healCall(own, fullName(other))}>Mend</Act>
              : <Act call={cutCall(own, fullName(other))}>Cut</Act>}
          </li>
        ))}
      </ul>
    </section>
  )
}

function electionIn (election: ClusterOverview['election']): string {
  if (election === null) return 'none yet'
  const { leader, term, grantedBy, voters } = election
  return `${leader}, term ${term}: ${grantedBy.join(', ')} voted for it, of ${voters}`
}

function ClusterPanel ({ cluster, world }: { readonly cluster: ClusterOverview, readonly world: Seen }) {
  const { label, election } = cluster
  return (
    <>
      <Back />
      <h2>{label} <small>{cluster.nodes.length === 1 ? '1 node' : `${cluster.nodes.length} nodes`}</small></h2>
      <Facts
        facts={[
          ['leader', cluster.leader ?? 'none'],
          ['term', cluster.term],
          ['index', cluster.lastIndex],
          ['majority', cluster.hasQuorum ? 'yes' : 'no'],
          ['last election', electionIn(election)]
        ]}
      />
      <div class='acts'>
        <Act call={skipCall('leader-elected', { cluster: label })}>Skip until a leader is elected</Act>
        <Act call={skipCall('in-sync', { cluster: label })}>Skip until in sync</Act>
      </div>
      <Parts label={label} world={world} />
      <LinksBetween label={label} world={world} />
    </>
  )
}

/** Its part in replication. */
function Parts ({ label, world }: { readonly label: string, readonly world: Seen }) {
  const parts = world.parts.filter(({ cluster }) => cluster === label)
  if (parts.length === 0) return null
  return (
    <section class='links' aria-label='Replication'>
      <h3>Replication</h3>
      <ul>
        {parts.map(({ kind, mode }) => {
          const arrow = world.replication.find((one) => one.kind === kind && one.to === label)
          return (
            <li key={kind}>
              <span>{kind === 'dr' ? 'DR' : kind} {mode} {arrow !== undefined && <em>{followingIn(arrow)}</em>}</span>
              {mode === 'secondary' && <Act strong call={replicationCall(kind, 'promote', label)}>Promote</Act>}
              {mode === 'primary' && <Act call={replicationCall(kind, 'demote', label)}>Demote</Act>}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function followingIn ({ from, state = 'connected', lag }: ReplicationOverview): string {
  return `follows ${from}: ${state}${lag === null ? '' : `, ${lag} behind`}`
}

/** Nothing is chosen: all nodes, as a table that screen readers read well. */
function WorldPanel ({ world }: { readonly world: Seen }) {
  const nodes = world.clusters.flatMap((cluster) => cluster.nodes)
  return (
    <>
      <h2>Nodes <small>{nodes.length}</small></h2>
      <div class='scroll tall'>
        <table>
          <thead><tr><th>node</th><th>role</th><th class='n'>term</th><th class='n'>applied</th></tr></thead>
          <tbody>
            {nodes.map((node) => (
              <tr key={fullName(node)}>
                <td>
                  <button type='button' class='plain' onClick={() => { choose(node) }}>
                    <span class={`dot ${roleOf(node)}`} />{nameOf(node, world)}
                  </button>
                </td>
                <td>{spaced(roleOf(node))}{node.cutOff && node.process === 'running' ? ', cut off' : ''}</td>
                <td class='n'>{node.term}</td>
                <td class='n'>{node.appliedIndex}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class='acts'><Act call={healCall()}>Mend all links</Act></div>
      {world.nomad.length > 0 && <NomadServers world={world} />}
    </>
  )
}

function choose (node: NodeOverview): void {
  selected.value = { kind: 'node', name: fullName(node) }
}

function NomadServers ({ world }: { readonly world: Seen }) {
  return (
    <section class='links' aria-label='Nomad'>
      <h3>Nomad</h3>
      <ul>
        {world.nomad.map(({ name, process, member, leader }) => (
          <li key={name}>
            <span>
              <span class={`dot ${process !== 'running' ? 'stopped' : leader ? 'leader' : 'standby'}`} />
              {name} <em>{leader ? 'leader' : member}</em>
            </span>
            {process === 'running'
              ? <Act danger call={nomadCall(name, 'kill')}>Kill</Act>
              : <Act call={nomadCall(name, 'start')}>Start</Act>}
          </li>
        ))}
      </ul>
    </section>
  )
}
