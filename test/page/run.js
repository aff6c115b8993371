// The page at /ui/ in a real browser. `npm run test:page`; `-- --pictures DIR` takes the documentation's pictures.
// Needs a build, and Chromium: `scripts/install-chromium.sh`.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'
import { call, equal, ok, run } from '../clients/checks.js'
import { startServer } from '../clients/server.js'
import { takePictures } from './pictures.js'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']
const FLAGS = ['--no-nomad', '--profile', 'vault-1.21', '--log-level', 'error']
const PATIENCE_MS = 15_000

function findBrowser () {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const places = [process.env.CHROMIUM, ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))]
  return places.find((place) => place !== undefined && existsSync(place))
}

const executablePath = findBrowser()
if (executablePath === undefined) {
  console.log('SKIPPED: there is no Chromium here, so the page was NOT tested; scripts/install-chromium.sh installs it')
  console.log('# 0 passed, 0 failed')
  process.exit(0)
}
// Chromium has no sandbox for root, as in containers
const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })

/** A server and its page; what the browser complains of is a failure. */
async function withPage (flags, use, { at = (server) => server.control, ...options } = {}) {
  const server = await startServer([...FLAGS, ...flags])
  const page = await browser.newPage({ viewport: { width: 1360, height: 1000 }, ...options })
  page.setDefaultTimeout(PATIENCE_MS)
  const complaints = []
  const elsewhere = []
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()) })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => { if (!request.url().startsWith(at(server))) elsewhere.push(request.url()) })
  try {
    await page.goto(`${at(server)}/ui/`)
    await use(page, server)
    return { complaints, elsewhere }
  } finally {
    await page.close()
    await server.stop()
  }
}

function node (page, name) {
  return page.locator(`.node[data-node="${name}"]`)
}

function button (page, name) {
  return page.getByRole('button', { name, exact: true })
}

async function killsTheLeader () {
  const { complaints, elsewhere } = await withPage(['--nodes', '3'], async (page) => {
    await node(page, 'raft_0').and(page.locator('[data-role=leader]')).waitFor()
    equal(await page.locator('.node').count(), 3, 'the page shows three nodes')
    await node(page, 'raft_0').click()
    await button(page, 'Kill').click()
    await node(page, 'raft_0').and(page.locator('[data-role=stopped]')).waitFor()
    ok(true, 'the killed leader is shown as stopped')
    await page.locator('.node[data-role=leader]:not([data-node=raft_0])').waitFor()
    ok(true, 'another one is elected')
    ok(await page.locator('.ballot').count() >= 2, 'its votes are shown')
    await page.getByRole('list', { name: 'Events' }).getByText('leader elected').first().waitFor()
    ok(true, 'the log has the election')
    const curl = await page.locator('.callbar code').first().textContent()
    ok(/^curl -X POST http:.*\/_mock\/nodes\/raft_0\/kill$/.test(curl), 'the call can be taken along as curl', curl)
    await button(page, 'Start, unsealed').click()
    await node(page, 'raft_0').and(page.locator('[data-role=standby]')).waitFor()
    ok(true, 'it is back as a standby')
  })
  equal(complaints, [], 'the browser has nothing to complain of')
  equal(elsewhere, [], 'nothing was loaded from elsewhere')
}

async function cutsAndMends () {
  await withPage(['--nodes', '3'], async (page) => {
    await node(page, 'raft_1').waitFor()
    const [from, to] = [await middleOf(node(page, 'raft_1')), await middleOf(node(page, 'raft_2'))]
    await page.mouse.move(from.x, from.y)
    await page.mouse.down()
    await page.mouse.move(to.x, to.y, { steps: 5 })
    await page.mouse.up()
    await page.getByRole('button', { name: /^Mend the link between/ }).waitFor()
    ok(true, 'a link is cut by dragging')
    await page.getByRole('button', { name: /^Mend the link between/ }).press('Enter')
    await page.locator('.cut').waitFor({ state: 'detached' })
    ok(true, 'and mended by the keyboard')
    await node(page, 'raft_0').press('Enter')
    await button(page, 'Cut off from all').click()
    await page.locator('.node[data-role=leader]:not([data-node=raft_0])').waitFor()
    ok(true, 'a leader that is cut off is succeeded')
    await button(page, 'Mend all').click()
    await node(page, 'raft_0').and(page.locator('[data-role=standby]')).waitFor()
    ok(true, 'and follows once its links are mended')
  })
}

async function middleOf (locator) {
  const { x, y, width, height } = await locator.locator('.body').boundingBox()
  return { x: x + width / 2, y: y + height / 2 }
}

async function promotesAfterDisaster () {
  await withPage(['--fixture', 'dr-pair'], async (page, server) => {
    const arrow = page.locator('[data-arrow="primary-secondary"]')
    await arrow.and(page.locator('[data-lag="0"]')).waitFor()
    ok(true, 'the secondary is in sync')
    await arrow.press('Enter')
    await page.locator('.arrow.down').waitFor()
    ok(true, 'the link is cut')
    await call(server.url, 'secret/data/a', { method: 'POST', token: server.token, body: { data: { n: 1 } } })
    await arrow.and(page.locator('.lagging')).waitFor()
    ok(Number(await arrow.getAttribute('data-lag')) > 0, 'the lag is shown')
    await page.locator('.name[data-end=secondary]').press('Enter')
    await button(page, 'Promote').click()
    await page.locator('.name[data-end=secondary]').getByText('DR primary').waitFor()
    ok(true, 'the secondary is promoted')
  })
}

async function delaysAndLimits () {
  await withPage(['--fixture', 'dr-pair'], async (page, server) => {
    await page.locator('.name[data-end=secondary]').press('Enter')
    const links = page.getByRole('region', { name: 'Links to other clusters' })
    const seen = async () => (await (await fetch(`${server.control}/_mock/links`)).json())
    await links.getByLabel('Delay to primary, in milliseconds').fill('250')
    await button(links, 'Delay').click()
    await button(links, 'No delay').waitFor()
    equal((await seen()).delays.map(({ delayMs }) => delayMs), [250], 'the link to another cluster is slow')
    await links.getByLabel('Limit to primary, in entries per second').fill('0')
    await button(links, 'Limit').click()
    await button(links, 'No limit').waitFor()
    const arrow = page.locator('[data-arrow="primary-secondary"]')
    await call(server.url, 'secret/data/a', { method: 'POST', token: server.token, body: { data: { n: 1 } } })
    await arrow.and(page.locator('.lagging')).waitFor()
    ok(true, 'nothing goes over a link whose limit is 0: the lag is shown')
    await button(links, 'No limit').click()
    await button(links, 'No delay').click()
    await arrow.and(page.locator('[data-lag="0"]')).waitFor()
    const { delays, limits } = await seen()
    equal([delays.every(({ delayMs }) => delayMs === 0), limits], [true, []], 'and both are taken away')
  })
}

async function movesTime () {
  await withPage(['--nodes', '3', '--time', 'manual'], async (page) => {
    await node(page, 'raft_0').click()
    await button(page, 'Kill').click()
    await page.getByText(/no leader/).waitFor()
    ok(true, 'time stands still: nobody is elected')
    await button(page, 'Skip').click()
    await page.locator('.node[data-role=leader]').waitFor()
    ok(true, 'skipping until a leader is elected')
    const before = await page.locator('.now time').textContent()
    await page.getByLabel('How far to move on').fill('500')
    await button(page, 'Advance 30 s').click()
    await page.waitForFunction((text) => document.querySelector('.now time')?.textContent !== text, before)
    ok(true, 'the slider moves time on')
  })
}

async function showsRequestsAndFaults () {
  await withPage([], async (page, server) => {
    const write = async (path) => await call(server.url, path, { method: 'POST', token: server.token, body: { data: { pass: 'hush' } } })
    await page.getByRole('tab', { name: 'Requests' }).click()
    await write('secret/data/app/db')
    await page.getByText('/v1/secret/data/app/db').waitFor()
    const text = await page.locator('.requests').textContent()
    ok(text.includes('***') && !text.includes('root'), 'requests come live, their token masked', text)
    await page.getByPlaceholder('path, e.g. secret/**').fill('secret/data/other')
    await page.getByRole('button', { name: 'What came near?' }).click()
    await page.getByText(/its path is secret\/data\/app\/db/).waitFor()
    ok(true, 'near misses are shown')
    await page.getByRole('tab', { name: 'Contents' }).click()
    await page.locator('summary', { hasText: 'app/' }).click()
    await page.getByRole('button', { name: 'db' }).click()
    await page.getByText('"pass": "***"').waitFor()
    await page.getByLabel('show values').check()
    await page.getByText('"pass": "hush"').waitFor()
    ok(true, 'secrets can be looked through, values when asked for')
    await page.getByRole('tab', { name: 'Faults' }).click()
    await page.getByRole('switch', { name: '503 sealed' }).click()
    await page.getByRole('switch', { name: '503 sealed', checked: true }).waitFor()
    equal((await write('secret/data/b')).status, 503, 'a fault is switched on')
    await page.getByRole('switch', { name: '503 sealed' }).click()
    await page.getByRole('switch', { name: '503 sealed', checked: false }).waitFor()
    equal((await write('secret/data/b')).status, 200, 'and off')
  })
}

async function keepsCheckpoints () {
  await withPage([], async (page, server) => {
    await page.getByRole('tab', { name: 'Checkpoints' }).click()
    await button(page, 'Save').click()
    await page.locator('.checkpoints').getByText('before').waitFor()
    await call(server.url, 'secret/data/new', { method: 'POST', token: server.token, body: { data: { n: 1 } } })
    await page.locator('.checkpoints li', { hasText: 'before' }).getByRole('button', { name: 'Compare with now' }).click()
    await page.locator('.diff').getByText(/new/).first().waitFor()
    ok(true, 'what was written since a checkpoint is shown')
    await button(page, 'Restore').click()
    await page.getByText(/POST .*checkpoints\/before\/restore/).waitFor()
    equal((await call(server.url, 'secret/data/new', { token: server.token })).status, 404, 'and undone by restoring it')
  })
}

async function asksForTheControlToken () {
  await withPage(['--control-token', 'hush'], async (page) => {
    await page.getByLabel('Control token').fill('hush')
    await button(page, 'Open').click()
    await node(page, 'raft_0').waitFor()
    ok(true, 'the control token opens the page')
    await page.getByText('live', { exact: true }).first().waitFor()
    ok(true, 'and its stream')
  })
}

async function isAtEveryNode () {
  await withPage(['--nodes', '50'], async (page, server) => {
    await page.locator('.node').nth(49).waitFor()
    equal(await page.locator('.node').count(), 50, 'fifty nodes, at the address of a node')
    equal(await overlappingNames(page), 0, 'none of whose names lies over another')
    const answer = await fetch(`${server.url}/ui/`)
    ok(/default-src 'none'/.test(answer.headers.get('content-security-policy') ?? ''), 'the policy is strict')
    equal(await weight(server.url) < 100_000, true, 'the page weighs less than 100 kB')
  }, { at: (server) => server.url })
}

/** Of two names the places where they are drawn. */
async function overlappingNames (page) {
  return await page.locator('.node .tag text').evaluateAll((names) => {
    const boxes = names.map((name) => name.getBoundingClientRect())
    const places = boxes.map(({ x, y, width, height }) => [x + width / 2, y + height / 2])
    return places.flatMap(([x, y], i) => places.slice(i + 1).filter(([u, v]) => Math.hypot(x - u, y - v) < 9)).length
  })
}

async function weight (url) {
  const sizes = await Promise.all(['', 'page.js', 'page.css', 'icon.svg'].map(async (name) =>
    Number((await fetch(`${url}/ui/${name}`, { headers: { 'accept-encoding': 'gzip' } })).headers.get('content-length'))))
  return sizes.reduce((sum, size) => sum + size, 0)
}

const [flag, folder] = process.argv.slice(2)
if (flag === '--pictures') await takePictures({ withPage, node, button, call }, folder ?? 'docs/pictures')
else {
  await run(
    killsTheLeader, cutsAndMends, promotesAfterDisaster, delaysAndLimits, movesTime, showsRequestsAndFaults,
    keepsCheckpoints, asksForTheControlToken, isAtEveryNode
  )
}
await browser.close()
