// The originals of the recordings may still lie beside the project: then the copies must be the same.
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { loadRecordings, loadScenarios } from '../../src/conformance/index.ts'

const ORIGINALS = new URL('../../../shared/parity/', import.meta.url)
const PARTS = ['./', 'next/', 'engines/']
/** Files beside the scenarios that are none. */
const BLOCKS = ['steps.mjs', 'fixtures.mjs']

/** @returns how many originals were compared and which differ; undefined where there are none */
export async function compareWithOriginals () {
  if (!existsSync(ORIGINALS)) return undefined
  const recordings = await loadRecordings()
  const scenarios = await loadScenarios()
  const checks = (await Promise.all(PARTS.flatMap((part) => [
    recordingsOf(new URL(part, ORIGINALS), recordings), scenariosOf(new URL(part, ORIGINALS), scenarios)
  ]))).flat()
  return { compared: checks.length, different: checks.filter(({ same }) => !same).map(({ name }) => name) }
}

async function recordingsOf (part, recordings) {
  const profiles = await readdir(new URL('recorded/', part))
  return (await Promise.all(profiles.map(async (profile) => {
    const place = new URL(`recorded/${profile}/`, part)
    return await Promise.all((await readdir(place)).map(async (file) => {
      const original = JSON.parse(await readFile(new URL(file, place), 'utf8'))
      const copy = recordings.get(profile)?.get(original.scenario)
      return { name: `${profile}/${file}`, same: JSON.stringify(original) === JSON.stringify(copy) }
    }))
  }))).flat()
}

async function scenariosOf (part, scenarios) {
  const files = (await readdir(new URL('scenarios/', part))).filter((file) => !BLOCKS.includes(file))
  return await Promise.all(files.map(async (file) => {
    const { default: original } = await import(new URL(`scenarios/${file}`, part).href)
    const copy = scenarios.find(({ name }) => name === original.name)
    const same = copy !== undefined && original.nodes === copy.nodes && requestsOf(original) === requestsOf(copy)
    return { name: file, same }
  }))
}

/** All that a scenario says in data: its code may be written differently. */
function requestsOf ({ steps }) {
  return JSON.stringify(steps.map(({ prelude, ...step }) => Object.entries(step)
    .filter(([, value]) => typeof value !== 'function').sort(([a], [b]) => a < b ? -1 : 1)))
}
