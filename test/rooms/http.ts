// All tests of test/http.
import { room } from '../room.js'

await room('http')
