// What of certificates, requests for them and revocation lists is the same in every run: names, extensions, lifetimes.
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { derTime, objectIdentifier, partOf, readDer, type DerNode } from './der.js'
import type { Json, JsonFields } from '../scenario.js'

const NAMES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'SERIALNUMBER',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.17': 'POSTALCODE'
}
const EXTENSIONS: Readonly<Record<string, string>> = {
  '2.5.29.14': 'subjectKeyId',
  '2.5.29.15': 'keyUsage',
  '2.5.29.17': 'subjectAltName',
  '2.5.29.19': 'basicConstraints',
  '2.5.29.20': 'crlNumber',
  '2.5.29.21': 'reason',
  '2.5.29.27': 'deltaCRL',
  '2.5.29.30': 'nameConstraints',
  '2.5.29.31': 'crlDistribution',
  '2.5.29.32': 'policies',
  '2.5.29.35': 'authorityKeyId',
  '2.5.29.37': 'extKeyUsage',
  '1.3.6.1.5.5.7.1.1': 'authorityInfo'
}
const REQUESTED_EXTENSIONS = '1.2.840.113549.1.9.14'
const SEQUENCE = 0x30
const EXPLICIT_0 = 0xa0
const EXPLICIT_3 = 0xa3
/** The tags of the two forms of a time differ in the last bit. */
const EITHER_TIME = 0xfe
const UTC_TIME = 0x16

/** A certificate, a list of revoked ones or a request for one; undefined if it is none of them. */
export function describeDer (bytes: Buffer): JsonFields | undefined {
  try {
    const whole = readDer(bytes)
    const signature = objectIdentifier(partOf(whole, 1, 0).value)
    const body = partOf(whole, 0)
    if (partOf(body, 0).tag === EXPLICIT_0) return describeCertificate(body, signature)
    if (isRevocationList(body)) return describeRevocations(body, signature)
    return body.parts[3]?.tag === EXPLICIT_0 ? describeRequest(body, signature) : undefined
  } catch {
    // something else
    return undefined
  }
}

function describeCertificate (body: DerNode, signature: string): JsonFields {
  return {
    certificate: nameText(partOf(body, 5)),
    issuer: nameText(partOf(body, 3)),
    signature,
    key: keyText(createPublicKey({ key: partOf(body, 6).all, format: 'der', type: 'spki' })),
    seconds: secondsBetween(partOf(body, 4, 0), partOf(body, 4, 1)),
    extensions: extensionsIn(body.parts.find(({ tag }) => tag === EXPLICIT_3))
  }
}

function isRevocationList (body: DerNode): boolean {
  const [, signature, issuer, updated] = [0, 1, 2, 3].map((index) => partOf(body, index).tag)
  return signature === SEQUENCE && issuer === SEQUENCE && ((updated ?? 0) & EITHER_TIME) === UTC_TIME
}

function describeRevocations (body: DerNode, signature: string): JsonFields {
  const revoked = body.parts[5]
  return {
    revocationList: nameText(partOf(body, 2)),
    signature,
    seconds: secondsBetween(partOf(body, 3), partOf(body, 4)),
    revoked: revoked?.tag === SEQUENCE ? revoked.parts.length : 0,
    extensions: extensionsIn(body.parts.find(({ tag }) => tag === EXPLICIT_0))
  }
}

function describeRequest (body: DerNode, signature: string): JsonFields {
  const wanted = partOf(body, 3).parts
    .filter((part) => objectIdentifier(partOf(part, 0).value) === REQUESTED_EXTENSIONS)
  return {
    request: nameText(partOf(body, 1)),
    signature,
    key: keyText(createPublicKey({ key: partOf(body, 2).all, format: 'der', type: 'spki' })),
    extensions: wanted.flatMap((part) => partOf(part, 1, 0).parts.map(extensionText))
  }
}

function extensionsIn (node: DerNode | undefined): string[] {
  return (node?.parts[0]?.parts ?? []).map(extensionText)
}

function nameText (name: DerNode): string {
  return name.parts.map((group) => group.parts.map(attributeText).join('+')).join(', ')
}

function attributeText (attribute: DerNode): string {
  const id = objectIdentifier(partOf(attribute, 0).value)
  return `${NAMES[id] ?? id}=${partOf(attribute, 1).value.toString()}`
}

/** Issuing takes a moment, so lifetimes are rounded to ten seconds. */
function secondsBetween (from: DerNode, to: DerNode): number {
  return Math.round((derTime(to) - derTime(from)) / 10) * 10
}

function extensionText (extension: DerNode): string {
  const id = objectIdentifier(partOf(extension, 0).value)
  const name = EXTENSIONS[id] ?? id
  const raw = partOf(extension, -1).value
  const critical = extension.parts.length > 2 ? ' critical' : ''
  return `${name}${critical}: ${extensionValue(name, raw)}`
}

function extensionValue (name: string, raw: Buffer): string {
  try {
    const inner = readDer(raw)
    switch (name) {
      case 'subjectKeyId': return `<${inner.value.length} bytes>`
      case 'authorityKeyId': return inner.parts.map(({ value }) => `<${value.length} bytes>`).join(' ')
      case 'crlNumber': return '<number>'
      case 'subjectAltName': return inner.parts.map(generalName).join(', ')
      case 'extKeyUsage':
      case 'crlDistribution':
      case 'authorityInfo':
      case 'policies': return textsIn(inner).join(' ')
      default: return raw.toString('hex')
    }
  } catch {
    return raw.toString('hex')
  }
}

const OBJECT_IDENTIFIER = 6

function textsIn (node: DerNode): string[] {
  // by the tag: a part may be constructed and empty
  if ((node.tag & 0x20) !== 0) return node.parts.flatMap(textsIn)
  return [node.tag === OBJECT_IDENTIFIER ? objectIdentifier(node.value) : node.value.toString()]
}

const GENERAL_NAMES: Readonly<Record<number, string>> = { 1: 'email', 2: 'DNS', 6: 'URI' }

function generalName (node: DerNode): string {
  const kind = node.tag & 0x1f
  if (kind === 7) return 'IP:' + (node.value.length === 4 ? [...node.value].join('.') : node.value.toString('hex'))
  if (kind === 0) {
    return `other:${objectIdentifier(partOf(node, 0).value)}:${partOf(node, 1, 0).value.toString()}`
  }
  return `${GENERAL_NAMES[kind] ?? kind}:${node.value.toString()}`
}

function keyText (key: KeyObject): string {
  const details = key.asymmetricKeyDetails ?? {}
  return [key.asymmetricKeyType, details.modulusLength ?? details.namedCurve].filter(Boolean).join(' ')
}

const PEM_BLOCK = /^-----BEGIN ([A-Z0-9 ]+)-----\n([A-Za-z0-9+/=\n]+)-----END \1-----(\n*)/

/** PEM blocks: what is in each, and what stands after it; undefined if there is none. */
export function describePem (text: string, maskRest: (rest: string) => string): Json | undefined {
  if (!text.includes('-----BEGIN ')) return undefined
  const blocks: Json[] = []
  for (let rest = text; rest !== '';) {
    const [all, kind, coded, newlines] = PEM_BLOCK.exec(rest) ?? []
    if (all === undefined || kind === undefined) {
      blocks.push(maskRest(rest.replace(/-----BEGIN[\s\S]*-----/, '<PEM>')))
      break
    }
    blocks.push({ pem: kind, ...describeBlock(kind, all, coded ?? ''), ...(newlines && { newlines: newlines.length }) })
    rest = rest.slice(all.length)
  }
  return blocks.length === 1 ? blocks[0] : blocks
}

function describeBlock (kind: string, block: string, coded: string): JsonFields {
  if (/CERTIFICATE|CRL/.test(kind)) return describeDer(Buffer.from(coded, 'base64')) ?? {}
  try {
    return { key: keyText(/^(?:RSA )?PUBLIC/.test(kind) ? createPublicKey(block) : createPrivateKey(block)) }
  } catch {
    return { key: '<key>' }
  }
}
