// JavaScript standard style, plus the two rules of the architecture that nobody should have to remember:
// imports go one way through the layers, and time and chance come in through src/sim alone.
import neostandard, { resolveIgnoresFromGitignore } from 'neostandard'

const SERVERS = {
  regex: '^(fastify|@fastify/.*|light-my-request|node:(http|https|http2|net|tls))$',
  message: 'The simulation knows nothing of HTTP: decode and render in src/http and src/routes.'
}
const CLOCKS = {
  regex: '^(node:)?(timers|timers/promises|perf_hooks)$',
  message: 'Time comes in through src/sim.'
}
const CHANCE = {
  name: 'node:crypto',
  importNames: ['randomUUID', 'randomBytes', 'randomInt', 'randomFillSync', 'randomFill', 'webcrypto'],
  message: 'Chance comes in through src/sim.'
}

/** What each folder of src may import from the others; a folder always imports from itself. */
const LAYERS = {
  json: [],
  sim: [],
  profiles: ['json'],
  raft: ['json', 'refusal', 'sim'],
  cluster: ['json', 'refusal', 'sim', 'profiles', 'raft'],
  vault: ['json', 'refusal', 'sim', 'profiles', 'raft', 'cluster'],
  nomad: ['json', 'refusal', 'sim', 'profiles', 'raft'],
  control: ['json', 'refusal', 'sim', 'profiles', 'raft', 'cluster', 'vault', 'nomad', 'world'],
  http: ['json', 'refusal', 'sim', 'profiles', 'raft', 'cluster', 'vault', 'nomad', 'control'],
  routes: ['json', 'refusal', 'sim', 'profiles', 'raft', 'cluster', 'vault', 'nomad', 'control', 'http', 'world']
}
const SPEAKS_HTTP = new Set(['http', 'routes'])

/** What lies directly in src; `index` is left out, because folders have one too. */
const TOP = [...Object.keys(LAYERS), 'refusal', 'world', 'listeners', 'cli', 'options', 'start', 'testing']

/** The rule that keeps one folder's imports within its layer. */
function layer (folder, allowed) {
  const forbidden = TOP.filter((name) => name !== folder && !allowed.includes(name))
  const upwards = {
    regex: `^(\\.\\./)+(${forbidden.join('|')})(/|\\.js$)`,
    message: `src/${folder} may import from: ${allowed.join(', ') || 'nothing else of ours'}.`
  }
  const patterns = [upwards, ...(folder === 'sim' ? [] : [CLOCKS]), ...(SPEAKS_HTTP.has(folder) ? [] : [SERVERS])]
  return {
    files: [`src/${folder}/**/*.ts`],
    rules: { 'no-restricted-imports': ['error', { patterns, paths: folder === 'sim' ? [] : [CHANCE] }] }
  }
}

const ONE_DOOR = 'Time and chance come in through src/sim: take them as arguments.'
const timeAndChance = {
  files: ['src/**/*.ts'],
  ignores: ['src/sim/**'],
  rules: {
    'no-restricted-imports': ['error', { patterns: [CLOCKS], paths: [CHANCE] }],
    'no-restricted-globals': ['error', ...['setTimeout', 'setInterval'].map((name) => ({ name, message: ONE_DOOR }))],
    'no-restricted-properties': ['error',
      ...[['Date', 'now'], ['Math', 'random'], ['performance', 'now'], ['process', 'hrtime'], ['globalThis', 'setTimeout'], ['globalThis', 'setInterval']]
        .map(([object, property]) => ({ object, property, message: ONE_DOOR })),
      ...['randomUUID', 'randomBytes', 'getRandomValues'].map((property) => ({ property, message: ONE_DOOR }))
    ],
    'no-restricted-syntax': ['error',
      { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: ONE_DOOR },
      { selector: "CallExpression[callee.name='Date']", message: ONE_DOOR }
    ]
  }
}

const size = {
  files: ['src/**/*.ts'],
  rules: { 'max-lines': ['error', 300], 'max-lines-per-function': ['error', 70] }
}

// a TypeBox schema and the type derived from it share a name; real redeclarations are the compiler's business
const types = {
  files: ['**/*.ts'],
  rules: { '@typescript-eslint/no-redeclare': 'off', 'no-redeclare': 'off' }
}

export default [
  ...neostandard({ ts: true, noJsx: true, ignores: resolveIgnoresFromGitignore() }),
  types,
  timeAndChance,
  ...Object.entries(LAYERS).map(([folder, allowed]) => layer(folder, allowed)),
  size
]
