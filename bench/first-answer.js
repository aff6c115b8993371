// Imports the package, or Fastify alone, makes a server and asks it once; sends the CPU time of that to whoever started
// it, in milliseconds.
const ASK = {
  ours: async () => {
    const { createServer } = await import('../dist/index.js')
    return await createServer().inject('/v1/sys/health')
  },
  'bare Fastify': async () => {
    const { default: fastify } = await import('fastify')
    return await fastify().get('/v1/sys/health', async () => ({})).inject('/v1/sys/health')
  }
}

const before = process.cpuUsage()
const { statusCode } = await ASK[process.argv[2]]()
const { user, system } = process.cpuUsage(before)
if (statusCode !== 200) throw new Error(`it answered ${statusCode}`)
process.send((user + system) / 1000)
