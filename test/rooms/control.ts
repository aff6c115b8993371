// All tests of test/control.
import { room } from '../room.js'

await room('control')
