/**
 * Says what may import what; `npm run check` holds it. A room is a folder, or a file beside the folders: it imports from
 * rooms on lower floors only, so that no chain of rooms is longer than the list. A folder that is named after what people talk
 * about may have its own rooms on several floors of the house: then each of them is listed, and the folder is not.
 */
const { readdirSync } = require('node:fs');
const jest = require('./jest.config');

/** The floors of each house, the highest first. */
const FLOORS = {
  handlers: [
    ['index.ts'],
    ['handle.ts'],
    // The sentences of answers, and who makes the answers.
    ['answers.ts', 'dispatch.ts'],
    // What is known of domains; judged as the audit judges.
    ['reports/'],
    // The watch, which heals by a change, and plans, which rehearse one.
    ['audit/', 'inspection/', 'drill/'],
    ['transaction/', 'keys/make/'],
    // Who else needs a key or a record?
    ['sharing/'],
    ['notices/', 'keys/state/', 'log-and-metrics.ts'],
    ['ledger/', 'mail-domain/'],
    ['keys/stored-key.ts', 'world.ts'],
    ['aws/', 'dns/'],
    ['contract/', 'keys/format/'],
    ['errors/', 'budgets.ts'],
    // Codes, the types of their facts, and sentences; only doors import more than types.
    ['words/'],
    // What proofs decide by, and their sentences as well.
    ['dns-verdicts.ts'],
    ['clock.ts', 'dns-limits.ts', 'escape.ts', 'key-limits.ts'],
  ],
  'handlers/contract': [
    // What does the function accept?
    ['input/'],
    // What may be set, and who may set it?
    ['settings/'],
    // What are things called?
    ['contract.ts'],
  ],
  'handlers/audit': [
    ['audit.ts'],
    ['audit-domains.ts', 'removal.ts'],
    // What is wrong with a domain; and who is notified of it, and in which form?
    ['judge/', 'output/'],
    // What does one invocation work with, and when does the next one come?
    ['run/'],
    // What was found, and what of it is new?
    ['findings/'],
  ],
  cli: [
    ['byodkim.ts'],
    ['run.ts'],
    ['program.ts'],
    ['commands/'],
    ['adopt/', 'check/', 'deploy/', 'key/', 'manual/', 'review/', 'rotation/', 'set/', 'status/', 'command.ts'],
    // Which entry, list and function a command is about; what DNS has; the engine; and the world as it is.
    ['target/', 'dns/', 'engine/', 'real-world/'],
    ['errors/', 'world/'],
    // Codes, the types of their facts, and sentences; only doors import more than types.
    ['words/'],
    ['exit-codes.ts', 'grouping.ts', 'pace/'],
  ],
  'packages/sandbox': [
    ['trim-models.ts'],
    ['aws/'],
    // How AWS is spoken to, and how functions run.
    ['wire/', 'lambda/'],
    // What a service is, AWS's own models, and the world outside of AWS.
    ['contract/', 'models/', 'dns/', 'mail/'],
  ],
  'packages/sandbox/aws': [
    ['sandbox.ts'],
    ['account.ts', 'server.ts', 'services/'],
    ['control.ts', 'dispatch.ts'],
    ['authorize.ts', 'faults.ts', 'pages.ts', 'throttle.ts'],
    ['policy.ts', 'policy-grammar.ts'],
    ['policy-conditions.ts'],
  ],
  'packages/terraform': [['cli/'], ['practice/'], ['engine/'], ['provider/']],
};

/** What constructs, list and function agree on. */
const CONTRACT = ['contract.ts', 'settings/', 'input/event-schema.ts'].map((place) => `handlers/contract/${place}`);

/** What a folder imports from outside of itself, as docs/architecture.md says: folders, or single files. */
const OUTSIDE = {
  handlers: [],
  constructs: CONTRACT,
  list: ['constructs/', ...CONTRACT],
  cli: [
    'handlers/',
    'list/',
    'constructs/(check-identity-props|show|function-policy|key-store-policy|policy-documents|names|identity-props|topic-choices|built-handler).ts',
    'constructs/roles/',
    'packages/engine/',
    'package.json',
  ],
  'packages/engine': [],
  'packages/sandbox': [],
  'packages/terraform': ['packages/engine/', 'packages/sandbox/'],
  tools: ['handlers/', 'list/', 'constructs/', 'cli/', 'packages/', 'main.ts', '__tests__/support/'],
};

/**
 * Who may import the sentences of a house: the door alone, so that logic has codes and facts. Their types stand beside the
 * sentences, and everybody may `import type` them.
 */
const DOORS = {
  'list/words.ts': ['list/mistake.ts'],
  'constructs/words.ts': [
    'constructs/refusal.ts',
    // What AWS's console shows of a resource.
    'constructs/(alarms|audit-schedule|dashboard|handler-function|identity-watch|scheduler).ts',
    'tools/docs/',
  ],
  'handlers/words/': [
    'words/',
    'notices/',
    'errors/errors',
    'answers',
    'audit/(findings/finding|output/summary)',
    'transaction/answers',
    'handle',
    'log-and-metrics',
    // What AWS's console shows of a schedule.
    'aws/schedules',
  ]
    .map((door) => `handlers/${door}`)
    // What the command prints of the function's answers.
    .concat(
      'cli/words/',
      'cli/(check/show|commands/open-change|deploy/report|dns/report|review/show-readiness).ts',
      'cli/status/(show|show-audit|show-evidence).ts',
      'tools/docs/',
    ),
  'cli/words/': [
    'cli/words/',
    // Who makes the errors of the command.
    'cli/errors/(aws-failure|cli-error|failure-catalogue).ts',
    'cli/set/failures.ts',
    // What is printed while a command runs, and where it ends.
    'cli/(command|program|run).ts',
    'cli/world/output.ts',
    // Commands that print and ask, and the forms of what they print.
    'cli/commands/(deploy|drill|key|manual|open-change|policy|record|rotate|set|status).ts',
    'cli/adopt/(show|tag).ts',
    'cli/check/show.ts',
    'cli/deploy/report.ts',
    'cli/dns/(record-forms|report).ts',
    'cli/manual/(script|steps).ts',
    'cli/review/(markdown|show-readiness).ts',
    'cli/status/(show|show-audit|show-evidence).ts',
    'tools/docs/',
  ],
};

const OWN = '^(handlers|constructs|list|cli|packages|tools|__tests__|[^/]+\\.(ts|json)$)';
/** It loads the AWS SDK only for a call to AWS, and is run only as it is built (tools/start.js) and by tests. */
const ONLY_BUILT = '^cli/real-world/(identities|inventory|store-new)\\.ts$';
const start = (places) => `^(${places.join('|')})`;

const outside = Object.entries(OUTSIDE).map(([folder, may]) => ({
  name: `${folder} imports nothing but what it may`,
  severity: 'error',
  from: { path: `^${folder}/`, pathNot: '/__tests__/' },
  to: { path: OWN, pathNot: start([`${folder}/`, ...may]) },
}));

const upwards = Object.entries(FLOORS).flatMap(([house, floors]) =>
  floors.flatMap((rooms, floor) =>
    rooms.map((room) => ({
      name: `${house}/${room} imports from lower floors only`,
      severity: 'error',
      from: { path: `^${house}/${room}` },
      to: {
        path: `^${house}/`,
        pathNot: start([room, ...floors.slice(floor + 1).flat()].map((each) => `${house}/${each}`)),
      },
    })),
  ),
);

/** Returns the folders and TypeScript files of a folder, without the tests. */
const contentOf = (folder) =>
  readdirSync(`${__dirname}/${folder}`, { withFileTypes: true })
    .filter((each) => each.isDirectory() || each.name.endsWith('.ts'))
    .map((each) => (each.isDirectory() ? `${each.name}/` : each.name))
    .filter((room) => !['__tests__/', 'node_modules/'].includes(room));

/** Returns the rooms of a house: what is in it and, where the list names what is in a folder, all that is in that folder. */
const roomsOf = (house, listed) =>
  contentOf(house).flatMap((room) =>
    listed.some((each) => each.startsWith(room) && each !== room)
      ? contentOf(`${house}/${room}`).map((each) => `${room}${each}`)
      : [room],
  );

const words = Object.entries(DOORS).map(([room, doors]) => ({
  name: `${room} is imported by its door only`,
  severity: 'error',
  from: { pathNot: start([...doors, '__tests__/']) },
  to: { path: `^${room}`, dependencyTypesNot: ['type-only'] },
}));

for (const [house, floors] of Object.entries(FLOORS)) {
  const listed = floors.flat();
  const rooms = roomsOf(house, listed);
  const wrong = [
    ...rooms.filter((each) => !listed.includes(each)),
    ...listed.filter((each) => !rooms.includes(each)),
  ];
  if (wrong.length > 0) throw new Error(`${house}: on no floor, or not there: ${wrong.join(', ')}`);
}

const unit = jest.projects.find(({ displayName }) => displayName === 'unit');

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...outside,
    ...upwards,
    ...words,
    // tsx, which runs the tools, compiles only required files: import() of our own TypeScript fails there, and nowhere else.
    {
      name: 'what tsx may run loads no file of ours by import()',
      severity: 'error',
      from: { pathNot: ONLY_BUILT },
      to: { path: OWN, dynamic: true },
    },
    {
      name: 'tsx does not run what is only run as it is built',
      severity: 'error',
      from: { path: '^(tools|packages)/', pathNot: '/__tests__/' },
      to: { path: ONLY_BUILT, reachable: true },
    },
    {
      name: 'unit tests start neither the simulated account nor an engine, so that they stay fast',
      severity: 'error',
      from: {
        path: '^(__tests__|packages/engine/__tests__)/.*\\.test\\.ts$',
        pathNot: unit.testPathIgnorePatterns.map((each) => each.replace(/^\//, '')),
      },
      to: { path: '^packages/(terraform/engine/|sandbox/aws/sandbox\\.ts)', reachable: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|cdktf\\.out|node_modules)/' },
  },
};
