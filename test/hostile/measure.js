// Loaded into a server before anything else: when asked over its channel, it collects garbage and says what is left.
process.on('message', () => {
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  process.send({ bytes: heapUsed + external })
})
// the channel alone keeps no server alive
process.channel?.unref()
