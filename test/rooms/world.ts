// All tests of test/world.
import { room } from '../room.js'

await room('world')
