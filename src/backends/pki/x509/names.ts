// Distinguished names: who a certificate is for, and who issued it.
import { AttributeTypeAndValue, AttributeValue, Name, RelativeDistinguishedName } from '@peculiar/asn1-x509'
import { toDer } from './der.js'

/** The attributes of a subject; several values of one kind stand together. */
export interface Subject {
  readonly country?: readonly string[]
  readonly province?: readonly string[]
  readonly locality?: readonly string[]
  readonly streetAddress?: readonly string[]
  readonly postalCode?: readonly string[]
  readonly organization?: readonly string[]
  readonly organizationalUnit?: readonly string[]
  readonly commonName?: string
  readonly serialNumber?: string
  readonly userIds?: readonly string[]
}

export const COMMON_NAME = '2.5.4.3'
export const SERIAL_NUMBER = '2.5.4.5'
export const USER_ID = '0.9.2342.19200300.100.1.1'

/** In the order in which they stand in a name. */
const LISTS = [
  ['2.5.4.6', 'country'],
  ['2.5.4.8', 'province'],
  ['2.5.4.7', 'locality'],
  ['2.5.4.9', 'streetAddress'],
  ['2.5.4.17', 'postalCode'],
  ['2.5.4.10', 'organization'],
  ['2.5.4.11', 'organizationalUnit']
] as const

/** What Go writes as PrintableString; it leaves `*` and `&` to UTF8String. */
const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/

/** The name of a subject. */
export function nameOf (subject: Subject): Name {
  const groups = LISTS.map(([type, member]) => [...new Set(subject[member])].map((value) => attribute(type, value)))
  const { commonName = '', serialNumber = '', userIds = [] } = subject
  if (commonName !== '') groups.push([attribute(COMMON_NAME, commonName)])
  if (serialNumber !== '') groups.push([attribute(SERIAL_NUMBER, serialNumber)])
  groups.push(...userIds.map((value) => [attribute(USER_ID, value)]))
  return new Name(groups.filter((group) => group.length > 0).map(relativeName))
}

/** The name with each attribute in a group of its own, as copying a request's subject leaves it. */
export function flattenedName (name: Name): Name {
  return new Name([...name].flatMap((group) => [...group].map((single) => new RelativeDistinguishedName([single]))))
}

/** The values of one attribute. */
export function attributesOf (name: Name, type: string): string[] {
  const attributes = [...name].flatMap((group) => [...group])
  return attributes.filter((one) => one.type === type).map(({ value }) => value.toString())
}

export function isEmptyName (name: Name): boolean {
  return name.length === 0
}

/** The members of a set stand in the order of their bytes. */
function relativeName (attributes: readonly AttributeTypeAndValue[]): RelativeDistinguishedName {
  return new RelativeDistinguishedName([...attributes].sort((a, b) => Buffer.compare(toDer(a), toDer(b))))
}

function attribute (type: string, text: string): AttributeTypeAndValue {
  const value = PRINTABLE.test(text) ? { printableString: text } : { utf8String: text }
  return new AttributeTypeAndValue({ type, value: new AttributeValue(value) })
}
