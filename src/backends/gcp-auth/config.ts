// auth/gcp/config: who asks Google, and what aliases and metadata are made of.
import { goMap, isObject, JsonSyntaxError, parseJson, type JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import type { EntryKind } from '../auth-entry-paths.js'
import { checkedMetadata } from '../auth-metadata.js'

type GcpConfig = JsonObject & {
  readonly credentials: string
  readonly gce_metadata: readonly string[]
  readonly iam_metadata: readonly string[]
}

const GCE_METADATA = [
  'instance_creation_timestamp', 'instance_id', 'instance_name', 'project_id', 'project_number', 'role',
  'service_account_id', 'service_account_email', 'zone'
]
const IAM_METADATA = ['project_id', 'role', 'service_account_id', 'service_account_email']
/** what of the credentials is shown */
const SHOWN = ['client_email', 'client_id', 'private_key_id', 'project_id'] as const

export const gcpConfig: EntryKind<GcpConfig> = {
  summary: 'What aliases and metadata are made of.',
  fields: {
    credentials: field.string({ description: 'Who asks Google, as JSON.' }),
    gce_alias: field.string({ description: 'role_id or instance_id.' }),
    gce_metadata: field.stringList({ description: 'Metadata of instances.' }),
    iam_alias: field.string({ description: 'role_id or unique_id.' }),
    iam_metadata: field.stringList({ description: 'Metadata of service accounts.' })
  },
  initial: { credentials: '', gce_alias: '', gce_metadata: GCE_METADATA, iam_alias: '', iam_metadata: IAM_METADATA },
  plain: true,
  later: 'auth/gcp/config',
  complete: (entry) => {
    const { credentials, iam_metadata: iam, gce_metadata: gce } = entry.values
    const { private_key_id: keyId = '' } = credentialsIn(credentials)
    if (credentials !== '' && keyId === '') throw invalid('missing private key in credentials')
    const checked = {
      iam_metadata: checkedMetadata(iam, { usual: IAM_METADATA, further: [] }, 'failed to parse iam metadata: '),
      gce_metadata: checkedMetadata(gce, { usual: GCE_METADATA, further: [] }, 'failed to parse gce metadata: ')
    }
    return { ...entry, values: { ...entry.values, ...checked } }
  },
  show: ({ credentials, ...shown }) => {
    const all = { ...shown, ...credentialsIn(String(credentials)) }
    return goMap(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '')))
  }
}

/** @throws VaultError `failed to read credentials: …` */
function credentialsIn (text: string): JsonObject {
  if (text === '') return {}
  try {
    const read = parseJson(Buffer.from(text))
    if (!isObject(read)) throw invalid('failed to read credentials: json: cannot unmarshal into Go value of type gcputil.GcpCredentials')
    return Object.fromEntries(SHOWN.map((name) => [name, typeof read[name] === 'string' ? read[name] : '']))
  } catch (error) {
    throw error instanceof JsonSyntaxError ? invalid(`failed to read credentials: ${error.message}`) : error
  }
}
