// All tests of test/command.
import { room } from '../room.js'

await room('command')
