// The yardstick: a Fastify script with one route, unbundled, sending fixed bytes.
import fastify from 'fastify'

const body = process.argv[2] ?? '{}'
const app = fastify({ exposeHeadRoutes: false })
app.all('/v1/*', (request, reply) => {
  reply.header('cache-control', 'no-store').header('strict-transport-security', 'max-age=31536000; includeSubDomains')
  reply.header('content-type', 'application/json').send(body)
})
const url = await app.listen({ host: '127.0.0.1', port: 0 })
console.log(JSON.stringify({ event: 'ready', nodes: [{ url }] }))
