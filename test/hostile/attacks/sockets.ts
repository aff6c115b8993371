// Bytes that are hardly HTTP: request lines, headers, chunks, pipelines; half-open, slow, huge.
import type { Piece, RawStep, Step } from '../cases.js'
import type { Dice } from '../dice.js'

const METHODS = ['GET', 'PUT', 'POST', 'LIST', 'VER', 'RECORD', 'QUERY', 'SEARCH', 'PROPFIND', 'OPTIONS', 'DELETE', 'CONNECT', 'get', 'LISTS', 'LIS', 'L', 'M-SEARCH', 'PRI', '', 'G\0T', 'LIST\t']
const TARGETS = [
  '/v1/secret/data/app', '/v1/sys/health', '/v1/', '/', '', '*', '//', '/v1//sys/health', 'http://foo/v1/sys/health', 'http://[/v1/sys/health', 'http:', 'foo:80',
  '/v1/sys/health?', '/v1/sys/health#x', '/v1/%', '/v1/%zz', '/v1/secret/data/\xff', '/v1/../v1/sys/health', '/_mock/nodes', '/_mock', '/ui/', '/v1/secret/data/a b', '/v1?list=true', '?', '\\v1'
]
const VERSIONS = ['HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9', 'HTTP/1.', 'HTTP', '', 'http/1.1', 'HTTP/1.1 x']
const ENDS = ['\r\n', '\n', '\r', '\r\n\r\n', '\0\r\n', ' \r\n']
const HEADERS = [
  'Host: a', 'Host: a\r\nHost: b', 'Host: [', 'Host:', 'Host : a', ' Host: a', 'Content-Length: 3', 'Content-Length: -1', 'Content-Length: 3, 3', 'Content-Length: 3\r\nContent-Length: 4',
  'Content-Length: +3', 'Content-Length: 0x3', 'Content-Length: 99999999999999999999', 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked, chunked', 'Transfer-Encoding: xchunked',
  'Transfer-Encoding : chunked', 'Transfer-Encoding: chunked\r\nContent-Length: 3', 'Transfer-Encoding:\tchunked', 'Transfer-Encoding: gzip, chunked', 'Expect: 100-continue', 'Expect: x',
  'Connection: close', 'Connection: keep-alive, close', 'Connection: Upgrade\r\nUpgrade: h2c', 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__',
  'X: a\r\n b', 'X: \0', 'X: \xff\xfe', ': x', 'X', 'X-Vault-Token: root', 'X-Vault-Token: root\r\nX-Vault-Token: nobody', 'Cookie: a', 'Content-Type: json', 'Trailer: X', 'Keep-Alive: timeout=x'
]
const BODIES = ['abc', '{}', '{"a":1}', '0\r\n\r\n', '3\r\nabc\r\n0\r\n\r\n', '3\r\nabc', '3;x=y\r\nabc\r\n0\r\n\r\n', '0003\r\nabc\r\n0\r\nX: y\r\n\r\n', 'zz\r\n', '-3\r\nabc\r\n', 'ffffffffffffffff\r\n', '3\nabc\n0\n\n',
  '10000000000000003\r\nabc\r\n0\r\n\r\n', '3\r\nabcd\r\n0\r\n\r\n', '']
const HUGE: Piece[] = [
  { repeat: 'x', times: 20_000 }, { repeat: 'x', times: 1_100_000 }, { repeat: 'X: y\r\n', times: 3_000 }, { repeat: '\r\n', times: 5_000 }, { repeat: '%41', times: 5_000 }, { repeat: '/', times: 10_000 },
  { repeat: 'GET /v1/sys/health HTTP/1.1\r\nHost: a\r\n\r\n', times: 50 }, { repeat: '1\r\na\r\n', times: 5_000 }
]

export function sockets (dice: Dice): Step[] {
  return [oneSocket(dice), ...dice.several(1, () => oneSocket(dice))]
}

function oneSocket (dice: Dice): RawStep {
  const pieces = [requestBytes(dice), ...dice.several(2, () => requestBytes(dice))].flat()
  const ending = dice.pick(['probe', 'probe', 'probe', 'leave', 'stay'] as const)
  return {
    kind: 'raw',
    to: dice.pick(['main', 'main', 'nomad']),
    pieces: dice.chance(0.1) ? cut(dice, pieces) : pieces,
    ending,
    ...dice.chance(0.1) ? { pauseMs: dice.below(20) } : {},
    ...ending !== 'probe' && dice.chance(0.1) ? { times: 1 + dice.below(50) } : {}
  }
}

function requestBytes (dice: Dice): Piece[] {
  const ordinarily = dice.below(4)
  const end = dice.chance(0.9) ? '\r\n' : dice.pick(ENDS)
  const method = ordinarily === 0 ? dice.pick(METHODS) : dice.pick(['GET', 'PUT', 'POST', 'LIST'])
  const target = ordinarily === 1 ? dice.pick(TARGETS) : dice.pick(['/v1/secret/data/app', '/v1/sys/health', '/v1/agent/self'])
  const version = dice.chance(0.1) ? dice.pick(VERSIONS) : 'HTTP/1.1'
  const headers = [...dice.chance(0.9) ? ['Host: a'] : [], ...dice.several(3, () => dice.pick(HEADERS))]
  const huge = dice.chance(0.06) ? [dice.pick(HUGE)] : []
  const head = [`${method} ${target}`, ...dice.chance(0.3) ? huge : [], ` ${version}${end}`, headers.map((line) => line + end).join(''), ...huge, end]
  return dice.chance(0.5) ? head : [...head, dice.pick(BODIES)]
}

/** The same bytes, in more pieces, one of them changed. */
function cut (dice: Dice, pieces: readonly Piece[]): Piece[] {
  return pieces.flatMap((piece) => {
    if (typeof piece !== 'string' || piece.length < 2) return [piece]
    const at = dice.below(piece.length)
    return [piece.slice(0, at), dice.pick(['', '', '\0', ' ', '\r', '\n', '\xff']), piece.slice(at)]
  })
}
