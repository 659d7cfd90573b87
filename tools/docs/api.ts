import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import type { GeneratedDocument } from './document';

const TYPEDOC = 'node_modules/typedoc/bin/typedoc';
const TOOLS = ['typedoc', 'typedoc-plugin-markdown', 'typescript'];

/** Children of `nodes` that are there to be adjusted, not to be made by others. */
const NOT_EXPORTED = [
  'constructs/key-store.ts:KeyStore',
  'constructs/topics.ts:Topics',
  'constructs/topics.ts:TOPICS',
  'constructs/scheduler.ts:Scheduler',
  'constructs/handler-function.ts:HandlerFunction',
  'constructs/terraform-data.ts:TerraformData',
  'constructs/audit-schedule.ts:Audit',
  'constructs/alarms.ts:Alarms',
];

const OPTIONS = {
  plugin: ['typedoc-plugin-markdown'],
  // `npm run check` does.
  skipErrorChecking: true,
  readme: 'none',
  outputFileStrategy: 'modules',
  entryFileName: 'api',
  hidePageHeader: true,
  hidePageTitle: true,
  disableSources: true,
  excludeExternals: true,
  excludePrivate: true,
  excludeProtected: true,
  parametersFormat: 'table',
  // What is not documented, or cannot be followed, fails.
  validation: { notExported: true, invalidLink: true, notDocumented: true },
  requiredToBeDocumented: ['Class', 'Interface', 'TypeAlias', 'Property', 'Method', 'Accessor', 'Function'],
  intentionallyNotExported: NOT_EXPORTED,
  treatWarningsAsErrors: true,
  logLevel: 'Warn',
} as const;

const INTRODUCTION = `# The constructs

Everything that \`import … from 'ses-byodkim'\` gives, for CDKTF and for CDK Terrain (\`ses-byodkim/cdktn\`) alike, as the
sources say it. [The README](../README.md#in-your-own-stack) has an example; the HCL modules take [the same](../modules/README.md).
Wrong props are refused at synth, all of them at once, each with what was found and what is allowed. This page is
generated: \`npm run docs\`.
`;

/** The public props, methods and attributes of the constructs, from their docstrings. */
export const api: GeneratedDocument = {
  path: 'docs/api.md',
  generate: () => sealed(`${INTRODUCTION}\n${reference()}`),
  isCurrent: (text) => sealed(text.slice(text.indexOf('\n') + 1)) === text,
};

/** With a first line that tells of which sources and tools the page was made, and that nobody has edited it. */
const sealed = (page: string): string => {
  const hash = createHash('sha256');
  for (const file of sources())
    hash.update(`${file}\n${readFileSync(path.join(PROJECT_ROOT, file), 'utf8')}\n`);
  for (const tool of TOOLS) hash.update(`${tool} ${versionOf(tool)}\n`);
  return `<!-- sources and page: sha256 ${hash.update(page).digest('hex')} -->\n${page}`;
};

const sources = (): string[] => [
  ...readdirSync(path.join(PROJECT_ROOT, 'constructs'))
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => `constructs/${name}`),
  'handlers/allowances.ts',
  'handlers/contract.ts',
  'tools/docs/api.ts',
];

const versionOf = (tool: string): string =>
  JSON.parse(readFileSync(path.join(PROJECT_ROOT, 'package.json'), 'utf8')).devDependencies[tool];

function reference(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-api-'));
  try {
    const entry = path.join(PROJECT_ROOT, 'constructs', 'index.ts');
    const [options, tsconfig, out] = ['typedoc.json', 'tsconfig.json', 'out'].map((name) =>
      path.join(folder, name),
    ) as [string, string, string];
    // The constructs and what they import: the rest of the project would take most of the time.
    const types = { typeRoots: [path.join(PROJECT_ROOT, 'node_modules', '@types')], types: ['node'] };
    write(tsconfig, {
      extends: path.join(PROJECT_ROOT, 'tsconfig.json'),
      compilerOptions: { ...types, incremental: false, noEmit: true },
      include: [entry],
      exclude: [],
    });
    write(options, { ...OPTIONS, entryPoints: [entry], tsconfig, out });
    execFileSync(process.execPath, [TYPEDOC, '--options', options], {
      cwd: PROJECT_ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return withAnchorsOf(readFileSync(path.join(out, 'api.md'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The plugin numbers an anchor that it has made for a member as well, whose heading has another name. */
function withAnchorsOf(page: string): string {
  const slugs = [...page.matchAll(/^#+ (\w+)/gm)].map(([, heading]) => heading!.toLowerCase());
  const isAlone = (name: string) => slugs.filter((slug) => slug === name).length === 1;
  return page.replaceAll(/\(#(\w+)-\d+\)/g, (link, name: string) => (isAlone(name) ? `(#${name})` : link));
}

const write = (file: string, value: object): void => writeFileSync(file, JSON.stringify(value));
