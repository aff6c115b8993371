// All tests of test/raft.
import { room } from '../room.js'

await room('raft')
