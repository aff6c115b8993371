// All tests of test/backends.
import { room } from '../room.js'

await room('backends')
