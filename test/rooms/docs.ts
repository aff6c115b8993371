// All tests of test/docs.
import { room } from '../room.js'

await room('docs')
