// O1, Nomad: every curl line of the page on operator/raft, verbatim but for the host, at the documented sample region.
import { equal, ok, run } from './checks.js'
import { Desk, seedsWithCurl } from './curl.js'
import { servers } from './server.js'

const { main } = servers()
const url = main.nomad[0]?.url
const desk = new Desk()

const CONFIGURATION = `curl \\
    https://localhost:4646/v1/operator/raft/configuration`
const REMOVE_PEER = `curl \\
    --request DELETE \\
    https://localhost:4646/v1/operator/raft/peer?address=1.2.3.4:4646`

async function configurationIsRead () {
  const { status, headers, json } = await desk.run(CONFIGURATION, { url })
  equal(status, 200, 'configuration: 200')
  ok(/^content-type: application\/json\r?$/im.test(headers), 'configuration: application/json', headers)
  equal(json, {
    Index: 1,
    Servers: [{ Address: '127.0.0.1:4647', ID: '127.0.0.1:4647', Leader: true, Node: 'bacon-mac.global', RaftProtocol: 2, Voter: true }]
  }, 'configuration: the sample response')
}

async function unknownPeerIsRefused () {
  const { status, text } = await desk.run(REMOVE_PEER, { url })
  equal([status, text], [500, 'address "1.2.3.4:4646" was not found in the Raft configuration'], 'removal of an unknown address')
}

await run(configurationIsRead, unknownPeerIsRefused, async function everyLineWasRun () {
  desk.covers('nomad-operator-raft.md')
  const known = ['nomad-operator-raft.md', 'vault-raft-2019.md', 'vault-raft.md', 'vault-replication-legacy.md']
  equal(seedsWithCurl().filter((seed) => !known.includes(seed)), [], 'no page with curl lines is left out')
})
