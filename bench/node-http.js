// The floor: node:http alone, sending fixed bytes.
import { createServer } from 'node:http'

const body = process.argv[2] ?? '{}'
const headers = {
  'cache-control': 'no-store',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'content-type': 'application/json',
  'content-length': Buffer.byteLength(body)
}
const server = createServer((request, response) => {
  request.resume().on('end', () => { response.writeHead(200, headers).end(body) })
})
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ event: 'ready', nodes: [{ url: `http://127.0.0.1:${server.address().port}` }] }))
})
