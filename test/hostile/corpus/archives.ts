// Archives that are small and unpack to much.
import { send, type Entry } from './entry.js'
import type { ArchiveRecipe } from '../archive.js'
import type { Step } from '../cases.js'

const MIB = 1024 * 1024

function uploaded (archive: ArchiveRecipe, path = 'snapshot'): Step[] {
  return [send(`POST /v1/sys/storage/raft/${path}`, { archive }), send('GET /v1/sys/health')]
}

export const archives: readonly Entry[] = [
  { name: 'a million tiny records', real: 'refused before they are collected', steps: uploaded({ records: 1_000_000, key: 'local/' }) },
  { name: 'a million tiny records, forced, with wrong sums', real: 'refused before they are collected', steps: uploaded({ records: 1_000_000, key: 'local/', sums: 'x' }, 'snapshot-force') },
  { name: 'five million empty records', real: 'refused before they are collected', steps: uploaded({ records: 5_000_000, key: 'local/', value: ['1'], sums: 'x' }, 'snapshot-force') },
  { name: 'a few records of much nothing', real: '400', steps: uploaded({ records: 20, value: ['"', { repeat: 'x', times: 25 * MIB }, '"'] }, 'snapshot-force') },
  { name: 'records that nest', real: 'as deep as a secret may be', steps: [...uploaded({ records: 10, key: 'replicated/x/', value: [{ repeat: '[', times: 9_000 }, { repeat: ']', times: 9_000 }] }, 'snapshot-force')] },
  { name: 'a record that is no end of brackets', real: '400', steps: uploaded({ records: 1, value: [{ repeat: '[', times: 2_000_000 }] }, 'snapshot-force') },
  { name: 'records of nobody’s storage, forced', real: '400, or it works on', steps: ['local/x', 'own/seal', 'replicated/mounts/', 'local/token/', 'replicated/'].flatMap((key) => uploaded({ records: 3, key, value: ['[null]'] }, 'snapshot-force').slice(0, 1)) },
  { name: 'mounts that do not say where they are', real: '400, or it works on', steps: uploaded({ records: 20_000, key: 'replicated/mounts/' }, 'snapshot-force') },
  { name: 'state.bin says it is 4 GiB', real: '400 or 500 in words', steps: uploaded({ sizeOffBy: 2 ** 32 }, 'snapshot-force') }
]
