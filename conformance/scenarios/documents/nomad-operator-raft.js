// Nomad's page on operator/raft: its sample answer, and the removal of a peer that it shows.
import { get } from '../steps.js'

const RAFT = '/v1/operator/raft'
const server = {
  Address: '127.0.0.1:4647', ID: '127.0.0.1:4647', Leader: true, Node: 'bacon-mac.global', RaftProtocol: 2, Voter: true
}

export default {
  start: 'running',
  server: 'nomad',
  steps: [
    get('read the configuration', `${RAFT}/configuration`, {
      states: { status: 200, contentType: 'application/json', form: { Index: 1, Servers: [server] } }
    }),
    get('read it without asking the leader', `${RAFT}/configuration?stale`, {
      states: { status: 200, contentType: 'application/json', form: { Index: 1, Servers: [server] } }
    })
  ]
}
