// auth/aws/config/{sts,certificate,tidy}: what is told about instances and other accounts; nobody asks for it here.
import type { JsonObject } from '../../json/index.js'
import { goQuote } from '../../go/values.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import type { PathDefinition } from '../../vault/paths.js'
import { configPath, namedPaths, type EntryKind } from '../auth-entry-paths.js'

const HOUR_SECONDS = 3600

type StsRole = JsonObject & { readonly external_id: string, readonly sts_role: string }

const stsRoles: EntryKind<StsRole> = {
  summary: 'Roles to take on, to look into other accounts.',
  fields: {
    external_id: field.string({ description: 'The id that the other account asks for.' }),
    sts_role: field.string({ description: 'The ARN of the role.' })
  },
  initial: { external_id: '', sts_role: '' },
  plain: true,
  complete: (entry, { fields }) => {
    if (entry.values.sts_role !== '') return entry
    throw invalid(Object.hasOwn(fields, 'sts_role') ? 'sts role cannot be empty' : 'missing sts role')
  },
  show: ({ external_id: id, ...shown }) => id === '' ? shown : { external_id: id ?? '', ...shown }
}

type AwsCertificate = JsonObject & { readonly aws_public_cert: string, readonly type: string }

const certificates: EntryKind<AwsCertificate> = {
  summary: 'Certificates that documents of instances are signed with.',
  fields: {
    aws_public_cert: field.string({ description: 'The certificate in PEM, or that in base64.' }),
    type: field.string({ description: 'pkcs7 or identity.' })
  },
  initial: { aws_public_cert: '', type: 'pkcs7' },
  plain: true,
  complete: (entry, { fields }) => {
    const { aws_public_cert: given, type } = entry.values
    if (!['pkcs7', 'identity'].includes(type.toLowerCase())) throw invalid(`invalid certificate type ${goQuote(type.toLowerCase())}`)
    if (!Object.hasOwn(fields, 'aws_public_cert')) throw invalid('missing aws_public_cert')
    const pem = given.includes('-----BEGIN') ? given : Buffer.from(given, 'base64').toString()
    if (given === '') throw invalid('invalid aws_public_cert')
    if (!pem.includes('-----BEGIN')) throw invalid('invalid certificate; failed to decode and parse certificate')
    return { ...entry, values: { aws_public_cert: pem, type: type.toLowerCase() } }
  }
}

const tidying = (safetyBufferSeconds: number): EntryKind<JsonObject> => ({
  summary: 'How long what has ended is kept.',
  fields: {
    disable_periodic_tidy: field.bool({ description: 'Tidies only when told.' }),
    safety_buffer: field.durationSeconds({ description: 'How long it stays after its end.' })
  },
  initial: { disable_periodic_tidy: false, safety_buffer: safetyBufferSeconds },
  plain: true
})

const TIDIED = [['identity-accesslist', 72 * HOUR_SECONDS], ['roletag-denylist', 180 * 24 * HOUR_SECONDS]] as const

export const instanceConfigPaths: readonly PathDefinition[] = [
  ...namedPaths(stsRoles, { path: 'config/sts' }),
  ...namedPaths(certificates, { path: 'config/certificate', listedAt: 'config/certificates' }),
  ...TIDIED.map(([name, seconds]) => configPath(tidying(seconds), { path: `config/tidy/${name}`, deletable: true }))
]
