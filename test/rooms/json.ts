// All tests of test/json.
import { room } from '../room.js'

await room('json')
