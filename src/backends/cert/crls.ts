// auth/cert/crls: certificates that are not good any more, by lists that somebody brings.
import { AsnConvert } from '@peculiar/asn1-schema'
import { CertificateList } from '@peculiar/asn1-x509'
import { Type, type Static } from '@sinclair/typebox'
import type { Area } from '../../cluster/storage.js'
import { goMap, type JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type PathDefinition } from '../../vault/paths.js'
import { entriesOf, listEntries } from '../auth-entries.js'

/** Serial numbers, decimal. */
export type Crl = JsonObject & { readonly serials: readonly string[] }

export function crlsIn (call: Call<unknown>): Area<Crl> {
  return entriesOf<Crl>(call, 'crls/')
}

const fields = Type.Object({
  name: field.string({ description: 'Name of the list.' }),
  crl: field.string({ description: 'The list, in PEM.', default: '' }),
  url: field.string({ description: 'Where it is published; not fetched here.' })
})

const nameIn = ({ params }: Call<unknown>): string => (params.name ?? '').toLowerCase()

export const crlPaths: readonly PathDefinition[] = [
  definePath({
    path: 'crls',
    summary: 'Lists the lists.',
    fields: Type.Object({}),
    operations: { list: listEntries('crls/') }
  }),
  definePath({
    path: 'crls/:name',
    summary: 'A list of revoked certificates.',
    fields,
    operations: {
      read: (call) => {
        const { serials } = requireCrl(call)
        return { data: goMap({ serials: goMap(Object.fromEntries(serials.map((serial) => [serial, goMap({})]))) }) }
      },
      update: (call: Call<Static<typeof fields>>) => {
        crlsIn(call).put(nameIn(call), { serials: serialsIn(call.fields.crl) })
      },
      delete: (call) => {
        requireCrl(call)
        crlsIn(call).delete(nameIn(call))
      }
    } as PathDefinition['operations']
  })
]

/** @throws VaultError `no such CRL none` */
function requireCrl (call: Call<unknown>): Crl {
  const crl = crlsIn(call).get(nameIn(call))
  if (crl === undefined) throw invalid(`no such CRL ${nameIn(call)}`)
  return crl
}

function serialsIn (text: string): string[] {
  if (text === '') throw invalid('one of CRL or URL must be provided')
  const [, body] = /-----BEGIN X509 CRL-----([^-]*)-----END X509 CRL-----/.exec(text) ?? []
  const bytes = body === undefined ? Buffer.from(text, 'utf8') : Buffer.from(body, 'base64')
  try {
    const { tbsCertList } = AsnConvert.parse(bytes, CertificateList)
    return (tbsCertList.revokedCertificates ?? []).map(({ userCertificate }) => decimal(userCertificate))
  } catch {
    throw invalid(`failed to parse CRL: asn1: structure error: ${unlike(bytes)}`)
  }
}

export function decimal (bytes: ArrayBuffer): string {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`).toString()
}

/** How Go says that bytes begin with something else than a sequence (recorded: `outside-auth`, cert). */
function unlike (bytes: Buffer): string {
  const [first = 0, length = 0] = bytes
  const found = `class:${first >> 6} tag:${first & 0x1f} length:${length} isCompound:${(first & 0x20) !== 0}`
  return `tags don't match (16 vs {${found}}) {optional:false explicit:false application:false private:false ` +
    'defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false} CertificateList @2'
}
