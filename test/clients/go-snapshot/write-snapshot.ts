// Writes a snapshot archive to the file it is given, without a server.
import { writeFile } from 'node:fs/promises'
import { archiveOf } from '../../cluster/archive/archives.js'

const manyEntries = Array.from({ length: 1000 }, (_, at) => [`own/${1000 + at}`, JSON.stringify('x'.repeat(at))] as const)

await writeFile(process.argv[2]!, await archiveOf(manyEntries))
