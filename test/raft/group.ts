// A raft group to test: a frozen timeline, a network without HTTP, and a diary of what the group announced.
import { DEFAULT_AUTOPILOT_CONFIG, autopilotState, type AutopilotConfig, type AutopilotState } from '../../src/raft/autopilot.js'
import { Raft, registerRaftEvents, type LeaderLoss, type RaftServer } from '../../src/raft/raft.js'
import { Network } from '../../src/sim/network.js'
import { Random } from '../../src/sim/random.js'
import { Timeline, type TimeMode } from '../../src/sim/timeline.js'

/** One election or loss of a leader, in the order of happening. */
export type DiaryEntry =
  | { readonly elected: string, readonly term: number }
  | { readonly lost: string, readonly reason: LeaderLoss }

export class Group {
  readonly diary: DiaryEntry[] = []
  readonly timeline: Timeline
  readonly network = new Network()
  readonly raft: Raft
  config: AutopilotConfig = DEFAULT_AUTOPILOT_CONFIG

  constructor ({ seed = 1, mode = 'manual' }: { seed?: number, mode?: TimeMode } = {}) {
    this.timeline = new Timeline({ mode, startAtMs: 1_700_000_000_000 })
    this.raft = new Raft({
      group: 'east',
      timeline: this.timeline,
      random: new Random(seed).stream('raft'),
      isUp: (id) => this.network.isUp(nameOf(id)),
      canReach: (from, to) => this.network.canReach(nameOf(from), nameOf(to)),
      autopilotConfig: () => this.config,
      observer: {
        leaderElected: (id) => { this.diary.push({ elected: id, term: this.raft.term }) },
        leaderLost: (id, reason) => { this.diary.push({ lost: id, reason }) }
      }
    })
    this.network.onChanged(() => this.raft.connectivityChanged())
    registerRaftEvents(this.timeline, (group) => group === 'east' ? this.raft : undefined)
  }

  get autopilot (): AutopilotState {
    const state = autopilotState(this.raft, this.config, this.timeline.nowMs)
    if (state === undefined) throw new Error('there is no leader')
    return state
  }

  get voters (): string[] {
    return this.raft.servers.filter(({ suffrage }) => suffrage === 'voter').map(({ id }) => id)
  }

  kill (id: string): void { this.network.setUp(nameOf(id), false) }
  start (id: string): void { this.network.setUp(nameOf(id), true) }
  cut (a: string, b: string): void { this.network.cut(nameOf(a), nameOf(b)) }
  isolate (id: string): void { this.network.cut(nameOf(id), 'east') }
  advance (ms: number): void { this.timeline.advance(ms) }

  join (id: string): void {
    this.raft.addServer(server(id, 'nonVoter'))
    this.raft.connectivityChanged()
  }
}

/** A group of `a`, `b`, `c`, …, all voters, led by `a`. */
export function groupOf (size: number): Group {
  const group = new Group()
  const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].slice(0, size)
  group.raft.bootstrap(...ids.map((id) => server(id, 'voter')))
  group.raft.electNode('a')
  group.diary.length = 0
  return group
}

export function server (id: string, suffrage: RaftServer['suffrage']): RaftServer {
  return { id, address: `${id}.test:8201`, suffrage }
}

function nameOf (id: string): string {
  return `east/${id}`
}
