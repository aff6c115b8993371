// All tests of test/nomad.
import { room } from '../room.js'

await room('nomad')
