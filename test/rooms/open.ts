// All tests of test/open.
import { room } from '../room.js'

await room('open')
