// All tests of test/go.
import { room } from '../room.js'

await room('go')
