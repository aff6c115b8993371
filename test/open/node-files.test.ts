// The real files of clients: below one folder, whatever a client names; nothing there can block or end the process.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { createServer } from '../../src/index.js'
import { NodeFiles } from '../../src/open/node-files.js'

t.test('a path that a client names lies below the folder', async (t) => {
  const folder = t.testdir()
  const files = new NodeFiles({ folder })
  files.append('/opt/vault/audit.log', 'a')
  files.append('opt//vault/./audit.log', 'b')
  await files.write('/opt/vault/snapshots/one.snap', Buffer.from('c'))
  t.equal(readFileSync(join(folder, 'opt/vault/audit.log'), 'utf8'), 'ab')
  t.equal(readFileSync(join(folder, 'opt/vault/snapshots/one.snap'), 'utf8'), 'c')
  await files.remove('/opt/vault/snapshots/one.snap')
  t.notOk(existsSync(join(folder, 'opt/vault/snapshots/one.snap')))
  await files.close()
  t.ok(existsSync(folder), 'a folder of the user stays')
})

t.test('nothing leads out of it', async (t) => {
  const outside = t.testdir({ inside: {}, 'secret.txt': 'secret' })
  const folder = join(outside, 'inside')
  symlinkSync(outside, join(folder, 'link'))
  symlinkSync(join(outside, 'secret.txt'), join(folder, 'file'))
  symlinkSync(join(outside, 'nowhere'), join(folder, 'dangling'))
  const files = new NodeFiles({ folder })
  for (const path of ['/link/x', '/link/inside/../x', '../x', '/a/../../x', '/file', '/dangling', '/dangling/x', '', '/', '/..']) {
    t.throws(() => { files.append(path, 'x') }, path)
    await t.rejects(files.write(path, Buffer.from('x')), path)
  }
  t.equal(readFileSync(join(outside, 'secret.txt'), 'utf8'), 'secret')
  t.notOk(existsSync(join(outside, 'x')))
  const segment = fc.constantFrom('..', '.', 'a', 'link', 'file', '', '\\', '~', '%2e%2e', 'b')
  const before = execFileSync('ls', ['-A', outside], { encoding: 'utf8' })
  fc.assert(fc.property(fc.array(segment), fc.constantFrom('', '/'), (segments, start) => {
    try {
      files.append(start + segments.join('/'), 'x')
    } catch { /* refused */ }
  }))
  t.equal(execFileSync('ls', ['-A', outside], { encoding: 'utf8' }), before)
})

t.test('a pipe, a folder and what cannot be made are refused at once', async (t) => {
  const folder = t.testdir({ folder: {} })
  execFileSync('mkfifo', [join(folder, 'pipe')])
  const files = new NodeFiles({ folder })
  for (const path of ['/pipe', '/folder', '/pipe/x']) {
    t.throws(() => { files.append(path, 'x') }, path)
    await t.rejects(files.write(path, Buffer.from('x')), path)
  }
  const anywhere = new NodeFiles({ folder: '/' })
  t.throws(() => { anywhere.append('/proc/vault/audit.log', 'x') })
  await t.rejects(anywhere.write('/proc/vault/one.snap', Buffer.from('x')))
  t.throws(() => { new NodeFiles({ folder: '/proc/vault' }).append('/a', 'x') })
})

t.test('folders that have gone are made again', async (t) => {
  const folder = t.testdir()
  const files = new NodeFiles({ folder })
  files.append('/a/b/c', 'x')
  execFileSync('rm', ['-r', join(folder, 'a')])
  files.append('/a/b/c', 'y')
  t.equal(readFileSync(join(folder, 'a/b/c'), 'utf8'), 'y')
})

t.test('without a folder there is a new one from the first write to the end', async (t) => {
  const written: string[] = []
  const files = new NodeFiles({ onFirstWrite: (folder, file) => { written.push(folder, file) } })
  t.notOk(existsSync(files.folder))
  files.append('/a', 'x')
  files.append('/b', 'x')
  t.same(written.slice(1), ['/a'])
  t.equal(readFileSync(join(files.folder, 'a'), 'utf8'), 'x')
  await files.close()
  t.notOk(existsSync(files.folder))
  t.throws(() => { files.append('/a', 'x') }, { message: 'the server is closed' })
  t.notOk(existsSync(files.folder))
})

t.test('a folder of that name that somebody else has made is not taken', async (t) => {
  const files = new NodeFiles()
  mkdirSync(files.folder)
  t.teardown(() => { execFileSync('rm', ['-r', files.folder]) })
  t.throws(() => { files.append('/a', 'x') }, { code: 'EEXIST' })
  await files.close()
  t.ok(existsSync(files.folder))
})

t.test('a server confines its audit devices', async (t) => {
  const folder = t.testdir()
  const server = createServer({ files: folder })
  t.teardown(() => server.close())
  const enable = async (path: string) => await server.inject({
    method: 'PUT',
    url: `/v1/sys/audit/${path.replaceAll(/\W/g, '')}x`,
    headers: { 'x-vault-token': 'root' },
    payload: { type: 'file', options: { file_path: path } }
  })
  t.equal((await enable('/var/log/audit.log')).statusCode, 204)
  t.match(readFileSync(join(folder, 'var/log/audit.log'), 'utf8'), /"type":"response"/)
  t.match((await enable('/../audit.log')).body, /sanity check failed/)
})

t.test('a standard output that is gone refuses requests, and does not end the process', async (t) => {
  const script = `
    import { NodeFiles } from ${JSON.stringify(new URL('../../src/open/node-files.ts', import.meta.url).href)}
    const files = new NodeFiles()
    let refused = false
    for (let i = 0; i < 200 && !refused; i++) {
      try { files.print('x'.repeat(100_000)) } catch (error) { refused = error.code === 'EPIPE' }
      await new Promise((resolve) => setImmediate(resolve))
    }
    process.exitCode = refused ? 7 : 8
  `
  const file = join(t.testdir(), 'print.mts')
  writeFileSync(file, script)
  const command = `{ ${process.execPath} --import=tsx ${file}; echo $? >&2; } | true`
  t.equal(spawnSync('sh', ['-c', command], { encoding: 'utf8' }).stderr.trim().split('\n').at(-1), '7')
})
