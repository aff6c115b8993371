// JavaScript standard style, plus the two rules of the architecture that nobody should have to remember:
// imports go one way through the layers, and time and chance come in through src/sim alone.
import neostandard, { resolveIgnoresFromGitignore } from 'neostandard'

const SERVERS = {
  regex: '^(fastify|@fastify/.*|light-my-request|node:(http|https|http2|net|tls))$',
  message: 'The simulation knows nothing of HTTP: decode and render in src/http.'
}
const CLOCKS = {
  regex: '^(node:)?(timers|timers/promises|perf_hooks)$',
  message: 'Time comes in through src/sim.'
}
const FILES = {
  regex: '^(node:)?(fs|fs/promises|child_process|worker_threads)$',
  message: 'Files are written through a port that src/open gives.'
}
const CHANCE = {
  name: 'node:crypto',
  importNames: ['randomUUID', 'randomBytes', 'randomInt', 'randomFillSync', 'randomFill', 'webcrypto'],
  message: 'Chance comes in through src/sim.'
}

/**
 * The layers of src, from the ground up: a folder imports from itself and from those before it, unless it stands beside
 * them.
 */
const LAYERS = {
  refusal: [],
  json: [],
  go: ['json', 'refusal'],
  hcl: ['json'],
  sim: [],
  profiles: [],
  telemetry: [],
  raft: ['sim'],
  archive: ['refusal', 'json'],
  nomad: ['refusal', 'json', 'go', 'hcl', 'sim', 'raft', 'archive'],
  cluster: ['refusal', 'json', 'go', 'sim', 'profiles', 'telemetry', 'raft', 'archive'],
  // judges servers from outside, this one like any other
  conformance: ['json', 'sim']
}
const UPWARDS = ['replication', 'vault', 'backends', 'world', 'control', 'http', 'open', 'testing', 'command']
const DOMAIN = new Set(['replication', 'vault'])
for (const folder of UPWARDS) {
  const below = Object.keys(LAYERS).filter((name) => name !== 'conformance' || folder === 'command')
  LAYERS[folder] = DOMAIN.has(folder) || folder === 'backends' ? below.filter((name) => name !== 'nomad') : below
}
// nothing imports from the helpers for tests but the package's entry
LAYERS.command = LAYERS.command.filter((name) => name !== 'testing')
/** Who may know of servers, files and timers. */
const SPEAKS = new Set(['http', 'open', 'testing', 'command', 'conformance'])

/** The rule that keeps one folder's imports within its layer. */
function layer (folder, allowed) {
  const forbidden = [...Object.keys(LAYERS).filter((name) => name !== folder && !allowed.includes(name)), 'index', 'testing']
  const upwards = {
    regex: `^(\\.\\./)+(${forbidden.join('|')})(/[^/]|\\.js$)`,
    message: `src/${folder} may import from: ${allowed.join(', ') || 'nothing else of ours'}.`
  }
  const patterns = [upwards, ...(folder === 'sim' ? [] : [CLOCKS]), ...(SPEAKS.has(folder) ? [] : [SERVERS, FILES])]
  return {
    files: [`src/${folder}/**/*.ts`],
    rules: { 'no-restricted-imports': ['error', { patterns, paths: folder === 'sim' ? [] : [CHANCE] }] }
  }
}

/** Every file has a layer: at the top stand the two entries of the package alone. */
const top = {
  files: ['src/*.ts'],
  ignores: ['src/index.ts', 'src/testing.ts'],
  rules: { 'no-restricted-syntax': ['error', { selector: 'Program', message: 'At the top of src stand index.ts and testing.ts alone.' }] }
}

const ONE_DOOR = 'Time and chance come in through src/sim: take them as arguments.'
const CLOCK_SYNTAX = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: ONE_DOOR },
  { selector: "CallExpression[callee.name='Date']", message: ONE_DOOR }
]
const timeAndChance = {
  files: ['src/**/*.ts'],
  // the page runs in a browser
  ignores: ['src/sim/**', 'src/page/**'],
  rules: {
    'no-restricted-imports': ['error', { patterns: [CLOCKS], paths: [CHANCE] }],
    'no-restricted-globals': ['error', ...['setTimeout', 'setInterval'].map((name) => ({ name, message: ONE_DOOR }))],
    'no-restricted-properties': ['error',
      ...[['Date', 'now'], ['Math', 'random'], ['performance', 'now'], ['process', 'hrtime'],
        ['globalThis', 'setTimeout'], ['globalThis', 'setInterval']]
        .map(([object, property]) => ({ object, property, message: ONE_DOOR })),
      ...['randomUUID', 'randomBytes', 'getRandomValues'].map((property) => ({ property, message: ONE_DOOR }))
    ],
    'no-restricted-syntax': ['error', ...CLOCK_SYNTAX]
  }
}

const STATE = 'State belongs to a world: nothing that changes stands at the top of a module.'
const STATE_SYNTAX = [
  { selector: "Program > VariableDeclaration[kind='let']", message: STATE },
  { selector: 'Program > ExportNamedDeclaration > VariableDeclaration[kind="let"]', message: STATE },
  {
    selector: 'Program > VariableDeclaration > VariableDeclarator > NewExpression[callee.name=/^(Weak)?(Map|Set)$/][arguments.length=0]',
    message: STATE
  }
]
const WORLD_SYNTAX = {
  selector: "NewExpression[callee.name='World']",
  message: 'Worlds are made by assemble() in src/open/assemble.ts alone.'
}
const QUIRK = 'A quirk is a field of a table in src/profiles, never an "if" on who speaks.'
const COMPARISON = 'BinaryExpression[operator=/^[!=]=/]'
const QUIRK_SYNTAX = [
  { selector: `${COMPARISON} > MemberExpression[property.name='product']`, message: QUIRK },
  ...['object.name', 'object.property.name'].map((whose) => ({
    selector: `${COMPARISON} > MemberExpression[${whose}='profile'][property.name='name']`,
    message: QUIRK
  })),
  { selector: `${COMPARISON} > Literal[value=/^(documented|vault-1|openbao-2)/]`, message: QUIRK },
  { selector: 'SwitchCase > Literal[value=/^(documented|vault-1|openbao-2)/]', message: QUIRK }
]
const moduleState = {
  files: ['src/**/*.ts'],
  ignores: ['src/page/**'],
  rules: { 'no-restricted-syntax': ['error', ...CLOCK_SYNTAX, ...STATE_SYNTAX, WORLD_SYNTAX, ...QUIRK_SYNTAX] }
}
const tables = {
  files: ['src/profiles/**/*.ts'],
  rules: { 'no-restricted-syntax': ['error', ...CLOCK_SYNTAX, ...STATE_SYNTAX, WORLD_SYNTAX] }
}
/** It compares a profile with the one that is wished for, whichever that is. */
const assembly = {
  files: ['src/open/assemble.ts'],
  rules: { 'no-restricted-syntax': ['error', ...CLOCK_SYNTAX, ...STATE_SYNTAX] }
}

const width = {
  rules: { '@stylistic/max-len': ['error', { code: 120, comments: 120, ignoreUrls: true, ignoreStrings: true, ignoreRegExpLiterals: true }] }
}

// what an attribute of an element says is a string as well, and the line of the element is still too long
const widthOfThePage = {
  files: ['src/page/**/*.tsx'],
  rules: { '@stylistic/max-len': ['error', { code: 120, comments: 120, ignoreUrls: true }] }
}

const size = {
  files: ['src/**/*.ts', 'src/**/*.tsx'],
  rules: { 'max-lines': ['error', 300], 'max-lines-per-function': ['error', 70] }
}

// a TypeBox schema and the type derived from it share a name; real redeclarations are the compiler's business
const types = {
  files: ['**/*.ts', '**/*.tsx'],
  rules: { '@typescript-eslint/no-redeclare': 'off', 'no-redeclare': 'off' }
}

// jest gives its tests these without an import
const jest = {
  files: ['examples/**/*.cjs'],
  languageOptions: {
    globals: Object.fromEntries(['beforeAll', 'beforeEach', 'afterAll', 'test', 'expect'].map((name) => [name, 'readonly']))
  }
}

export default [
  ...neostandard({ ts: true, ignores: resolveIgnoresFromGitignore() }),
  types,
  timeAndChance,
  ...Object.entries(LAYERS).map(([folder, allowed]) => layer(folder, allowed)),
  moduleState,
  tables,
  assembly,
  top,
  width,
  widthOfThePage,
  size,
  jest
]
