// All tests of test/cluster.
import { room } from '../room.js'

await room('cluster')
