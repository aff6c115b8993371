// All tests of test/conformance.
import { room } from '../room.js'

await room('conformance')
