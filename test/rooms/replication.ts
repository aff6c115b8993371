// All tests of test/replication.
import { room } from '../room.js'

await room('replication')
