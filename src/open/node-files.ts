// The real files behind the port of src/cluster/files.ts.
import { appendFileSync, mkdirSync } from 'node:fs'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Files } from '../cluster/files.js'

const FOR_THE_OWNER = { mode: 0o600 }

export const nodeFiles: Files = {
  append (file, text) {
    mkdirSync(dirname(file), { recursive: true })
    appendFileSync(file, text, FOR_THE_OWNER)
  },
  print (text) { process.stdout.write(text) },
  async write (file, bytes) {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, bytes, FOR_THE_OWNER)
  },
  list: readdir,
  remove: (file) => rm(file)
}
