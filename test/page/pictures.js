// The pictures of the page that the documentation has, taken of real servers.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

const SIZE = { width: 1280, height: 900 }

/** @param {object} tools of run.js @param folder where they are put */
export async function takePictures ({ withPage, node, button, call }, folder) {
  await mkdir(folder, { recursive: true })
  const take = async (page, name) => await page.screenshot({ path: join(folder, `${name}.png`) })
  for (const colorScheme of ['light', 'dark']) {
    await withPage(['--nodes', '5'], async (page, server) => {
      await write(call, server, ['secret/data/app/db', 'secret/data/app/web', 'secret/data/ci'])
      await node(page, 'raft_0').click()
      await button(page, 'Kill').click()
      await page.locator('.node[data-role=leader]:not([data-node=raft_0])').waitFor()
      await page.getByRole('button', { name: 'Close' }).click()
      await take(page, `election-${colorScheme}`)
    }, { colorScheme, viewport: SIZE })
    await withPage(['--fixture', 'dr-pair'], async (page, server) => {
      await page.locator('.arrow').press('Enter')
      await write(call, server, ['secret/data/app/db', 'secret/data/app/web', 'secret/data/ci'])
      await page.locator('.lagging').waitFor()
      await page.locator('.name[data-end=secondary]').press('Enter')
      await page.getByRole('tab', { name: 'Requests' }).click()
      await page.getByRole('button', { name: 'Close' }).click()
      await page.mouse.move(5, 400)
      await take(page, `replication-${colorScheme}`)
    }, { colorScheme, viewport: SIZE })
  }
}

async function write (call, server, paths) {
  for (const path of paths) await call(server.url, path, { method: 'POST', token: server.token, body: { data: { n: 1 } } })
}
