// What a join may bring: the sample payloads of the documentation, and what the real server makes of TLS material.
import pino from 'pino'
import t, { type Test } from 'tap'
import { makeCertificates } from '../../../src/http/certificates.js'
import { send } from '../../../src/http/outbound.js'
import { openWorld, type OpenOptions } from '../../../src/index.js'

interface Joining {
  readonly leaderUrl: string
  /** status and words of a join of the fresh node: `200 true`, `400 non-voting nodes not allowed` */
  readonly join: (payload: object) => Promise<string>
}

/** An open leader and a fresh node; where they have TLS, it is with the real certificate. */
async function openTwo (t: Test, options: OpenOptions): Promise<Joining> {
  const { nodes, close } = await openWorld({ nomad: false, ...options, nodes: 2, fixture: 'uninitialized' })
  t.teardown(close)
  const put = async (index: number, path: string, body: object): Promise<{ status: number, body: any }> => {
    const url = `${nodes[index]?.url}/v1/sys/${path}`
    const answer = await send({ url, method: 'PUT', body: JSON.stringify(body), timeoutMs: 5000, caPem: REAL.caPem })
    return { status: answer.status, body: JSON.parse(answer.body.toString()) }
  }
  const { body } = await put(0, 'init', { secret_shares: 1, secret_threshold: 1 })
  await put(0, 'unseal', { key: body.keys[0] })
  const join = async (payload: object): Promise<string> => {
    const answer = await put(1, 'storage/raft/join', payload)
    return `${answer.status} ${answer.body.joined ?? answer.body.errors.join()}`
  }
  return { leaderUrl: nodes[0]?.url ?? '', join }
}

const pemOf = (label: string): string => `-----BEGIN ${label}-----\n…\n-----END ${label}-----`

/** Word for word, but for the address. */
const SAMPLES = {
  'today\'s': {
    leader_ca_cert: pemOf('CERTIFICATE'),
    leader_client_cert: pemOf('CERTIFICATE'),
    leader_client_key: pemOf('RSA PRIVATE KEY')
  },
  'that of 2019': {
    leader_ca_cert: '<pem encoded ca cert>',
    leader_client_cert: '<pem encoded client cert>',
    leader_client_key: '<pem encoded client key>'
  }
}

const REAL = makeCertificates({ host: '', nowMs: Date.now() })
const OTHER = makeCertificates({ host: '', nowMs: Date.now() })

for (const [which, sample] of Object.entries(SAMPLES)) {
  t.test(`documented: the sample payload joins, ${which}`, async (t) => {
    const { leaderUrl, join } = await openTwo(t, {})
    t.equal(await join({ leader_api_addr: leaderUrl, ...sample }), '200 true')
  })
}

t.test('documented: so does a key that does not belong to its certificate', async (t) => {
  const { leaderUrl, join } = await openTwo(t, {})
  const pair = { leader_client_cert: REAL.certPem, leader_client_key: OTHER.keyPem }
  t.equal(await join({ leader_api_addr: leaderUrl, ...pair }), '200 true')
})

t.test('documented: a non-voter joins in every edition', async (t) => {
  for (const edition of ['ent', 'ce'] as const) {
    const { leaderUrl, join } = await openTwo(t, { edition })
    t.equal(await join({ leader_api_addr: leaderUrl, non_voter: true }), '200 true', edition)
  }
})

/** Of a leader without TLS (`reference/observed.md`, "Join and TLS"). */
const PLAIN_LEADER: Readonly<Record<string, readonly [object, string]>> = {
  'no certificate': [{}, '200 true'],
  'a CA that is none': [{ leader_ca_cert: 'nonsense' }, '200 true'],
  'a client key of another certificate':
    [{ leader_client_cert: REAL.certPem, leader_client_key: OTHER.keyPem }, '400 tls: private key does not match public key'],
  'a client key that is no PEM':
    [{ leader_client_cert: REAL.certPem, leader_client_key: 'key' }, '400 tls: failed to find any PEM data in key input'],
  'a client certificate without a key': [{ leader_client_cert: REAL.certPem }, '200 true'],
  'a client certificate and its key': [{ leader_client_cert: REAL.certPem, leader_client_key: REAL.keyPem }, '200 true'],
  'an unknown scheme of auto-join': [{ auto_join_scheme: 'ftp' }, '400 invalid scheme "ftp"; must either be http or https']
}
for (const [what, [payload, answer]] of Object.entries(PLAIN_LEADER)) {
  t.test(`vault-1.14: join with ${what}: ${answer}`, async (t) => {
    const { leaderUrl, join } = await openTwo(t, { profile: 'vault-1.14' })
    t.equal(await join({ leader_api_addr: leaderUrl, ...payload }), answer)
  })
}

const NO_CHALLENGE = '500 failed to join raft cluster: failed to get raft challenge'
const UNKNOWN = 'tls: failed to verify certificate: x509: certificate signed by unknown authority'
const BROKEN_PEM = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'
const CA = { leader_ca_cert: REAL.caPem }

interface TlsRow {
  readonly payload?: object
  /** the scheme that the joiner uses, of the one that the leader speaks */
  readonly schemes?: readonly [used: 'http' | 'https', spoken: 'http' | 'https']
  readonly answer: string
  /** the reason, in the log only */
  readonly said?: string
}

/** `reference/observed.md`, "Join and TLS", line by line. */
const TLS: Readonly<Record<string, TlsRow>> = {
  'no CA: the system\'s': { answer: NO_CHALLENGE, said: UNKNOWN },
  'another CA': { payload: { leader_ca_cert: OTHER.caPem }, answer: NO_CHALLENGE, said: UNKNOWN },
  'a CA that is no PEM': { payload: { leader_ca_cert: 'nonsense' }, answer: NO_CHALLENGE, said: UNKNOWN },
  'a CA with a broken body': { payload: { leader_ca_cert: BROKEN_PEM }, answer: NO_CHALLENGE, said: UNKNOWN },
  'the right CA': { payload: CA, answer: '200 true' },
  'the right CA and a name of the certificate': {
    payload: { ...CA, leader_tls_servername: 'localhost' }, answer: '200 true'
  },
  'the right CA and a name that is not in the certificate': {
    payload: { ...CA, leader_tls_servername: 'nope.example' },
    answer: NO_CHALLENGE,
    said: 'tls: failed to verify certificate: x509: certificate is valid for localhost, not nope.example'
  },
  'the right CA and a client key of another certificate': {
    payload: { ...CA, leader_client_cert: REAL.certPem, leader_client_key: OTHER.keyPem },
    answer: '400 tls: private key does not match public key'
  },
  'the right CA and a client key that is no PEM': {
    payload: { ...CA, leader_client_cert: REAL.certPem, leader_client_key: 'key' },
    answer: '400 tls: failed to find any PEM data in key input'
  },
  'the right CA and a client certificate without a key': {
    payload: { ...CA, leader_client_cert: REAL.certPem }, answer: '200 true'
  },
  'http to a TLS listener': {
    payload: CA,
    schemes: ['http', 'https'],
    answer: NO_CHALLENGE,
    said: 'Client sent an HTTP request to an HTTPS server.'
  },
  'https to a plain listener': {
    payload: CA,
    schemes: ['https', 'http'],
    answer: NO_CHALLENGE,
    said: 'http: server gave HTTP response to HTTPS client'
  }
}
for (const [what, { payload, schemes: [used, spoken] = ['https', 'https'], answer, said }] of Object.entries(TLS)) {
  t.test(`vault-1.14: join of a TLS leader with ${what}: ${answer}`, async (t) => {
    const reasons: string[] = []
    const write = (line: string): void => {
      const { said: reason } = JSON.parse(line)
      if (reason !== undefined) reasons.push(reason)
    }
    const logger = pino({ level: 'warn' }, { write })
    const tls = spoken === 'https' ? { tls: { cert: REAL.certPem, key: REAL.keyPem } } : {}
    const { leaderUrl, join } = await openTwo(t, { profile: 'vault-1.14', logger, ...tls })
    t.equal(await join({ leader_api_addr: leaderUrl.replace(/^https?/, used), ...payload }), answer)
    t.same(reasons, said === undefined ? [] : [said])
  })
}
