// All tests of test/testing.
import { room } from '../room.js'

await room('testing')
