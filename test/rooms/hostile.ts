// All tests of test/hostile.
import { room } from '../room.js'

await room('hostile')
