import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT, sha256 } from '../../constructs/built-handler';
import { ENVIRONMENT } from '../../handlers/contract/contract';
import { InProcessEngine } from '../../packages/terraform/engine/in-process-engine';
import { Deployment, passed as ended } from '../support/deployment';
import { hostZone } from '../support/route53';
import { EmptyProject, pack } from './support/empty-project';
import { CDKTF, CDKTN } from './support/toolkits';

// An install may have to fetch.
jest.setTimeout(600_000);

/** The example of the constructs, whose zone AWS names. */
const EXAMPLE = /```ts\n([\s\S]*?)```/.exec(
  readFileSync(path.join(PROJECT_ROOT, 'constructs/README.md'), 'utf8'),
)![1]!;
const ZONE = 'Z0123456789ABCDEFGHIJ';
const AS_ESM = `import { ACTIONS } from 'ses-byodkim/contract';
${EXAMPLE.replace("lib/provider'", "lib/provider/index.js'").replace('new App()', "new App({ outdir: 'out' })")}
if (!ACTIONS.update) throw new Error('no contract');
`;
const AS_COMMONJS = AS_ESM.replace(/import (\{.*\}) from ('.*');/g, 'const $1 = require($2);');
const FOR_CDKTN = AS_ESM.replace(/'cdktf'/g, "'cdktn'")
  .replace('@cdktf/', '@cdktn/')
  .replace("'ses-byodkim'", "'ses-byodkim/cdktn'");

let packed: ReturnType<typeof pack>;
let folder: string;
let cdktf: EmptyProject;
let cdktn: EmptyProject;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'byodkim-packed-'));
  packed = pack(folder);
  cdktf = new EmptyProject();
  cdktf.install(packed.file, CDKTF);
  cdktn = new EmptyProject();
  cdktn.install(packed.file, CDKTN);
});
afterAll(() => {
  cdktf.close();
  cdktn.close();
  rmSync(folder, { recursive: true, force: true });
});

type Stack = { readonly resource: unknown; readonly data: unknown };

/** Runs a program that synthesizes; what the stack holds. */
function synthesize(
  project: EmptyProject,
  file: string,
  code: string,
  [command, ...args]: readonly [string, ...string[]] = ['node'],
): Stack {
  const place = path.dirname(file);
  project.write(file, code);
  rmSync(project.path(place, 'out'), { recursive: true, force: true });
  project.write(path.join(place, 'out/.keep'), '');
  project.runIn(place, command, ...args, path.basename(file));
  const { resource, data } = JSON.parse(
    readFileSync(project.path(place, 'out/stacks/mail/cdk.tf.json'), 'utf8'),
  );
  return { resource, data };
}

const STRICT = { strict: true, esModuleInterop: true, target: 'es2022', types: ['node'] };

describe('the packed package', () => {
  it('contains the library, the zip and the command, but no sandbox, tests or sources', () => {
    const tops = new Set(
      packed.holds.map((file) => /^modules|^examples|^(?:[^/]+\/?){1,3}/.exec(file)![0].replace(/\/$/, '')),
    );
    expect([...tops].sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/cli/THIRD-PARTY.txt',
      'dist/cli/byodkim.js',
      'dist/handler.json',
      'dist/handler.zip',
      'dist/handler.zip.sha256',
      'dist/package/cdktf',
      'dist/package/cdktn',
      'examples',
      'modules',
      'package.json',
    ]);
    expect(packed.holds.filter((file) => /(?<!\.d)\.ts$|test|sandbox/.test(file))).toEqual([]);
  });

  it('provides the command, and the zip with its checksum', () => {
    expect(cdktf.run('npx', '--no-install', 'byodkim', '--help')).toContain('Usage: byodkim');
    const zip = readFileSync(cdktf.path('node_modules/ses-byodkim/dist/handler.zip'));
    const checksum = readFileSync(cdktf.path('node_modules/ses-byodkim/dist/handler.zip.sha256'), 'utf8');
    expect(checksum).toBe(`${sha256(zip, 'hex')}  handler.zip\n`);
  });

  /** A folder with a way of its own to write modules and to resolve them. */
  function typed(place: string, type: 'module' | 'commonjs', options: object): void {
    const compilerOptions = { ...STRICT, module: place, moduleResolution: place, ...options };
    cdktf.write(`${place}-${type}/package.json`, JSON.stringify({ type }));
    cdktf.write(`${place}-${type}/tsconfig.json`, JSON.stringify({ compilerOptions, files: ['app.ts'] }));
  }
  const TSX = ['npx', '--no-install', 'tsx'] as const;
  /** Checks the types before it runs; tsx does not. */
  const TS_NODE = ['npx', '--no-install', 'ts-node'] as const;
  const TS_NODE_ESM = ['node', '--no-warnings', '--loader', 'ts-node/esm'] as const;

  it.each([
    ['commonjs', 'commonjs', { moduleResolution: 'node10' }, [TS_NODE, TSX]],
    ['node16', 'commonjs', {}, [TS_NODE]],
    ['node16', 'module', {}, [TS_NODE_ESM, TSX]],
  ] as const)(
    'type-checks and synthesizes the same stack: "module": "%s", "type": "%s", %j, ts-node and tsx',
    (place, type, options, ways) => {
      const expected = synthesize(cdktf, 'app.mjs', AS_ESM);
      typed(place, type, options);
      for (const way of ways)
        expect(synthesize(cdktf, `${place}-${type}/app.ts`, AS_ESM, way)).toEqual(expected);
    },
  );

  it('type-checks as a bundler resolves, and refuses a wrong type', () => {
    typed('esnext', 'module', { moduleResolution: 'bundler', noEmit: true, skipLibCheck: true });
    cdktf.write('esnext-module/app.ts', AS_ESM);
    cdktf.runIn('esnext-module', 'npx', '--no-install', 'tsc');
    cdktf.write('esnext-module/app.ts', AS_ESM.replace("selector: 's1'", 'selector: 1'));
    expect(() => cdktf.runIn('esnext-module', 'npx', '--no-install', 'tsc')).toThrow(
      /'number' is not assignable to type 'string'/,
    );
  });

  it('synthesizes the same stack from plain JavaScript, ES modules and CommonJS, and for CDK Terrain', () => {
    const expected = synthesize(cdktf, 'app.mjs', AS_ESM);
    expect(synthesize(cdktf, 'app.cjs', AS_COMMONJS)).toEqual(expected);
    expect(synthesize(cdktn, 'app.mjs', FOR_CDKTN)).toEqual(expected);
    cdktn.write('typed.ts', FOR_CDKTN);
    cdktn.run(
      ...(['npx', '--no-install', 'tsc', '--noEmit', '--strict', '--skipLibCheck'] as const),
      ...['--target', 'es2022', '--module', 'node16', '--moduleResolution', 'node16', 'typed.ts'],
    );
  });

  it.each<[string, () => EmptyProject, string]>([
    ['CDKTF', () => cdktf, AS_ESM],
    ['CDK Terrain', () => cdktn, FOR_CDKTN],
  ])(
    'deploys the example of the constructs, and has nothing to plan afterwards: with %s',
    async (_, project, code) => {
      const deployment = await Deployment.start();
      const environment = { ...deployment.sandbox.environment, AWS_REGION: 'ap-northeast-1' };
      const engine = new InProcessEngine(deployment.sandbox, environment);
      try {
        const zoneId = await hostZone(deployment, 'example.com');
        synthesize(project(), 'app.mjs', code.replace(ZONE, zoneId));
        askSandbox(project().path('out/stacks/mail/cdk.tf.json'), deployment.dns.address);
        const run = (...args: string[]) =>
          engine.run([...args, '-no-color'], { cwd: project().path('out/stacks/mail'), env: environment });
        await ended(run('init'));
        await ended(run('apply', '-auto-approve'));
        expect(await deployment.dkim('example.com')).toMatchObject({ Status: 'SUCCESS', Tokens: ['s1'] });
        await ended(run('plan', '-detailed-exitcode'));
      } finally {
        await engine.close();
        await deployment.close();
      }
    },
  );

  it.each(['node_modules/ses-byodkim/node_modules', 'node_modules/cdktf/node_modules'])(
    'refuses a second copy of constructs in %s in one sentence',
    (place) => {
      const second = cdktf.path(place, 'constructs');
      cpSync(cdktf.path('node_modules/constructs'), second, { recursive: true });
      try {
        expect(() => synthesize(cdktf, 'app.mjs', AS_ESM)).toThrow(
          /The package "constructs" is installed twice: .*"npm dedupe"\./,
        );
      } finally {
        rmSync(second, { recursive: true });
      }
    },
  );
});

/** Has the function ask the name server of the sandbox; all else stays as it was written. */
function askSandbox(file: string, nameserver: string): void {
  const stack = JSON.parse(readFileSync(file, 'utf8'));
  for (const { environment } of Object.values<any>(stack.resource.aws_lambda_function))
    environment.variables[ENVIRONMENT.gate] = JSON.stringify({ nameservers: [nameserver], resolvers: [] });
  writeFileSync(file, JSON.stringify(stack));
}
