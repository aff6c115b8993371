// All tests of test/hcl.
import { room } from '../room.js'

await room('hcl')
