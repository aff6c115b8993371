// Which names a certificate gets: what a call and a request for a certificate ask for, as far as the role allows it.
import { isWithin } from '../../go/cidrs.js'
import { goQuote } from '../../go/values.js'
import { compareBytes } from '../../json/index.js'
import type { Profile } from '../../profiles/index.js'
import { invalid } from '../../refusal/index.js'
import type { NameWishes } from './certificate-fields.js'
import { asciiName, isHostName } from './host-names.js'
import {
  checkAddresses, checkCommonName, checkNames, checkOtherNames, checkSerialNumber, checkUris, checkUserId, type Limits
} from './limits.js'
import { parseOtherNames } from './other-names.js'
import { alternativeNamesIn, type AlternativeNames } from './x509/alternative-names.js'
import { attributesOf, COMMON_NAME, nameOf, SERIAL_NUMBER, USER_ID } from './x509/names.js'
import type { ParsedRequest } from './x509/request.js'

export interface RequestedNames {
  readonly subject: ReturnType<typeof nameOf>
  readonly names: AlternativeNames
}

/** Every address there is. */
const ANYWHERE = ['0.0.0.0/0', '::/0']

/**
 * Names that the role allows, in the order of the real checks.
 *
 * @param request absent: the key is made here
 * @throws VaultError what is not allowed
 */
export function requestedNames (
  limits: Limits, wishes: NameWishes, request: ParsedRequest | undefined, profile: Profile
): RequestedNames {
  const { role } = limits
  const commonName = commonNameOf(limits, wishes, request)
  const asked = namesAsked(limits, wishes, request, commonName, profile)
  const serialNumber = serialNumberOf(wishes, hasSerialNumberOf(role, profile) ? request : undefined)
  if (commonName !== '') checkCommonName(limits, commonName)
  checkSerialNumber(limits, serialNumber)
  checkNames(limits, asked)
  checkOtherNames(limits, asked.others)
  const origin = takesNamesOf(limits, request) === undefined ? 'the API' : 'CSR'
  checkAddresses(limits, asked.ips, origin)
  refuseNoAddress(asked.ips)
  checkUris(limits, asked.uris, origin)
  const subject = nameOf({
    country: role.country,
    province: role.province,
    locality: role.locality,
    streetAddress: role.street_address,
    postalCode: role.postal_code,
    organization: role.organization,
    organizationalUnit: role.ou,
    commonName,
    serialNumber,
    userIds: userIds(limits, wishes, request)
  })
  return { subject, names: asked }
}

/** The request, where its names count. */
function takesNamesOf ({ role }: Limits, request: ParsedRequest | undefined): ParsedRequest | undefined {
  return role.use_csr_sans ? request : undefined
}

function commonNameOf ({ role }: Limits, wishes: NameWishes, request: ParsedRequest | undefined): string {
  const requested = request === undefined || !role.use_csr_common_name
    ? ''
    : attributesOf(request.subject, COMMON_NAME).at(-1) ?? ''
  const name = requested === '' ? wishes.common_name ?? '' : requested
  if (name === '' && role.require_cn) {
    throw invalid('the common_name field is required, or must be provided in a CSR with "use_csr_common_name" set to true, ' +
      'unless "require_cn" is set to false')
  }
  return name
}

/** Where the profile's roles can say that a request's does not count. */
function hasSerialNumberOf ({ serial_number_source: source }: Limits['role'], { pkiRoleFields }: Profile): boolean {
  return !pkiRoleFields.includes('serial_number_source') || source !== 'json'
}

function serialNumberOf ({ serial_number: given = '' }: NameWishes, request: ParsedRequest | undefined): string {
  if (given !== '' || request === undefined) return given
  return attributesOf(request.subject, SERIAL_NUMBER).at(-1) ?? ''
}

function namesAsked (
  limits: Limits, wishes: NameWishes, request: ParsedRequest | undefined, commonName: string, profile: Profile
): AlternativeNames {
  const taken = takesNamesOf(limits, request)
  const found = taken && alternativeNamesIn(taken.extensions)
  const spoken = [
    ...(commonName === '' || wishes.exclude_cn_from_sans === true ? [] : [commonName]),
    ...(found === undefined ? sorted((wishes.alt_names ?? '').split(',').map((name) => name.trim().toLowerCase())) : [])
  ]
  const emails = spoken.filter((name) => name.includes('@'))
  const hosts = spoken.filter((name) => !name.includes('@')).map(asciiName).filter(isHostName)
  const others = parseOtherNames(wishes.other_sans ?? [], 'could not parse requested other SAN')
  const inOrder = profile.pkiSortsRequestedNames ? sorted : distinct
  return {
    dns: inOrder([...found?.dns ?? [], ...hosts]),
    emails: inOrder([...found?.emails ?? [], ...emails]),
    ips: found?.ips ?? wishes.ip_sans ?? [],
    uris: found?.uris ?? wishes.uri_sans ?? [],
    others: [...others, ...found?.others ?? []]
  }
}

function userIds (limits: Limits, wishes: NameWishes, request: ParsedRequest | undefined): readonly string[] {
  if (wishes.user_ids === undefined) return []
  const ids = wishes.user_ids.length > 0 || request === undefined
    ? wishes.user_ids
    : attributesOf(request.subject, USER_ID)
  for (const id of ids) checkUserId(limits, id)
  return ids
}

function refuseNoAddress (ips: readonly string[]): void {
  const bad = ips.find((ip) => !isWithin(ip, ANYWHERE))
  if (bad !== undefined) throw invalid(`the value ${goQuote(bad)} is not a valid IP address`)
}

function distinct (names: readonly string[]): string[] {
  return [...new Set(names)].filter((name) => name !== '')
}

function sorted (names: readonly string[]): string[] {
  return distinct(names).sort(compareBytes)
}
