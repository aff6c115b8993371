// All tests of test/sim.
import { room } from '../room.js'

await room('sim')
