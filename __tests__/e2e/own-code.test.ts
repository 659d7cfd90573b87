/** The programs and the policy of docs/own-code.md, as the page prints them, for a domain that is in no list. */
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import ts from 'typescript';
import { recordName } from '../../handlers/contract/contract';
import type { EventsService } from '../../packages/sandbox/aws/services/events';
import { matches } from '../../packages/sandbox/aws/services/events/pattern';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import { fencesOf, PROJECT, readPage } from '../docs/support/pages';
import { findPython } from '../oracles/support/programs';
import { Deployment, passed } from '../support/deployment';
import { callsOf, granted, unused, used } from '../support/permissions';

const MINUTE_MS = 60_000;
const page = readPage('docs/own-code.md');
const [program = ''] = fencesOf(page, 'ts');
const [script = ''] = fencesOf(page, 'python');
const [pattern = '', policy = ''] = fencesOf(page, 'json');
const python = findPython('boto3');

let folder: string;
let deployment: Deployment;
let environment: NodeJS.ProcessEnv;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'byodkim-own-code-'));
  deployment = await Deployment.start();
  // A minute of waiting for SES.
  deployment.shortenSleeps(0.005);
  await passed(deployment.deployControl());
});
afterAll(async () => {
  await deployment.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The role that has the page's policy, and nothing else. */
async function takeRole(RoleName: string): Promise<void> {
  const { sandbox } = deployment;
  const trust = { Effect: 'Allow', Principal: { AWS: sandbox.accountId }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  const { Role } = await sandbox.call('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument });
  await sandbox.call('iam', 'PutRolePolicy', { RoleName, PolicyName: 'page', PolicyDocument: policy });
  const principal = { type: 'role', roleName: RoleName, roleArn: Role.Arn, sessionName: 'platform' } as const;
  const { accessKeyId, secretAccessKey, sessionToken } = sandbox.credentials.issue(principal);
  environment = {
    PATH: process.env.PATH,
    HOME: folder,
    ...sandbox.environment,
    AWS_REGION: sandbox.region,
    AWS_DEFAULT_REGION: sandbox.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
}

/** Calls one function of a program in a process of its own. @throws Error with what the program printed */
type Run = (name: string, ...args: readonly unknown[]) => Promise<any>;

/** The platform's database, which both programs have to bring: a file for each domain. */
const DATABASE = {
  ts: `
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
export async function claim(domain: string, customer: string): Promise<string> {
  try {
    writeFileSync(domain, customer, { flag: 'wx' });
  } catch {}
  return readFileSync(domain, 'utf8');
}
export const release = async (domain: string): Promise<void> => rmSync(domain);
`,
  python: `
import os
def claim(domain, customer):
    try:
        with open(domain, "x") as file:
            file.write(customer)
    except FileExistsError:
        pass
    with open(domain) as file:
        return file.read()
release = os.remove
`,
};

interface Prepared {
  readonly run: Run;
  close(): void;
}

const IN_NODE =
  "require('./program.js')[process.argv[1]](...JSON.parse(process.argv[2])).then((answer) => console.log(JSON.stringify(answer ?? null)))";

function inNode(): Prepared {
  const stdin = { contents: program, loader: 'ts', resolveDir: PROJECT } as const;
  const database = path.join(folder, 'database.ts');
  writeFileSync(database, DATABASE.ts);
  const alias = { 'your-database': database };
  buildSync({ stdin, alias, bundle: true, platform: 'node', outfile: path.join(folder, 'program.js') });
  const run: Run = (name, ...given) =>
    new Promise((resolve, reject) => {
      const args = ['-e', IN_NODE, name, JSON.stringify(given)];
      execFile(process.execPath, args, { cwd: folder, env: environment }, (error, stdout, stderr) =>
        error ? reject(new Error(stderr)) : resolve(JSON.parse(stdout)),
      );
    });
  return { run, close: () => {} };
}

/** Makes each call in a fork of a process that has imported the program: boto3 takes longer to import than a call does. */
const IN_PYTHON = `
import json, os, sys, traceback, program
for line in sys.stdin:
    name, arguments = json.loads(line)
    if os.fork() == 0:
        try:
            said = {"answer": getattr(program, name)(*arguments)}
        except BaseException:
            said = {"error": traceback.format_exc()}
        print(json.dumps(said), flush=True)
        os._exit(0)
    os.wait()
`;

function inPython(): Prepared {
  writeFileSync(path.join(folder, 'program.py'), script);
  writeFileSync(path.join(folder, 'your_database.py'), DATABASE.python);
  const child = spawn(python!, ['-c', IN_PYTHON], {
    cwd: folder,
    env: environment,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const run: Run = async (name, ...given) => {
    const inSnakeCase = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    child.stdin.write(`${JSON.stringify([inSnakeCase, given])}\n`);
    const { value = '{"error":"Python has ended."}' } = await answers.next();
    const { error, answer = null } = JSON.parse(value);
    if (error) throw new Error(error);
    return answer;
  };
  return { run, close: () => child.stdin.end() };
}

const PROGRAMS = [
  { language: 'TypeScript', domain: 'shop.example.com', prepare: inNode },
  { language: 'Python', domain: 'club.example.org', prepare: inPython },
];

/** The figures of the page's table: how often each step calls each operation of SES. */
const [operations = [], ...steps] = page.text
  .split('\n')
  .filter((line) => line.startsWith('|') && !line.startsWith('|--'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const figuresOf = (step: string): Record<string, number> => {
  const [, ...figures] = steps.find(([name]) => name === step)!;
  const counts = figures.map((figure, at): [string, number] => [operations[at + 1]!, Number(figure)]);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
};

/** Runs a step, and holds its calls of SES against the table. */
async function counted<T>(step: string, running: () => Promise<T>): Promise<T> {
  const before = deployment.sandbox.calls.length;
  try {
    return await running();
  } finally {
    const counts: Record<string, number> = {};
    for (const { service, operation } of deployment.sandbox.calls.slice(before))
      if (service === 'ses') counts[operation] = (counts[operation] ?? 0) + 1;
    expect([step, counts]).toEqual([step, figuresOf(step)]);
  }
}

const CUSTOMER = 'the first';

const ses = () => deployment.sandbox.service<SesService>('ses');

/** The newest event of a domain, if the page's rule takes it. */
const lastEvent = (domain: string) => {
  const taken = deployment.sandbox
    .service<EventsService>('events')
    .events()
    .filter((event) => matches(JSON.parse(pattern), event));
  return taken.findLast(({ detail }) => (detail as { domain?: string }).domain === domain);
};

describe.each(PROGRAMS)('the program in $language', ({ language, domain, prepare }) => {
  if (language === 'Python' && python === undefined) {
    test.skip('skipped: not installed: a python3 with boto3', () => {});
    return;
  }
  const RoleName = `platform-${language}`;
  let run: Run;
  let close: () => void;
  let published: string;
  beforeAll(async () => {
    await takeRole(RoleName);
    ({ run, close } = prepare());
  });
  afterAll(() => close());

  test('makes a key and an identity, and makes no others when repeated', async () => {
    const record = await counted('`addDomain`', () => run('addDomain', domain, CUSTOMER));
    expect(record.name).toBe(recordName(domain, 's1'));
    expect(await run('addDomain', domain, CUSTOMER)).toEqual(record);
    expect(await run('onEvent', { detail: { domain } })).toBe(false);
  });

  test('changes nothing before the record is published, and signs at once afterwards', async () => {
    const before = await deployment.dkim(domain);
    const refused = counted('`setKey`, refused by the gate', () => run('setKey', domain, CUSTOMER));
    await expect(refused).rejects.toThrow('DNS_TXT_NOT_READY');
    expect(lastEvent(domain)).toMatchObject({ detail: { state: 'failed', code: 'DNS_TXT_NOT_READY' } });
    expect(await deployment.dkim(domain)).toEqual(before);

    const { name, value } = await run('addDomain', domain, CUSTOMER);
    published = value;
    deployment.dns.setTxt(name, value);
    expect(await counted('`setKey`', () => run('setKey', domain, CUSTOMER))).toBe('SUCCESS');
    expect(lastEvent(domain)).toMatchObject({ detail: { state: 'changed', status: 'SUCCESS' } });
    expect(await counted('`onEvent`', () => run('onEvent', lastEvent(domain)))).toBe(true);
  });

  test('does nothing for a customer to whom the domain does not belong, however it is spelled', async () => {
    const before = await deployment.dkim(domain);
    for (const name of ['addDomain', 'setKey', 'removeDomain']) {
      await expect(run(name, domain, 'the second')).rejects.toThrow('belongs to another customer');
      for (const other of [domain.toUpperCase(), `${domain}.`])
        await expect(run(name, other, 'the second')).rejects.toThrow('expected lower case');
    }
    expect(await deployment.dkim(domain)).toEqual(before);
  });

  test('gets nothing of an identity of others', async () => {
    const EmailIdentity = `bank.${domain}`;
    await deployment.sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity });
    await expect(run('addDomain', EmailIdentity, CUSTOMER)).rejects.toThrow('ACCESS_DENIED');
    await run('removeDomain', EmailIdentity, CUSTOMER);
    expect(await deployment.dkim(EmailIdentity)).toMatchObject({ SigningAttributesOrigin: 'AWS_SES' });
  });

  test('removes its settings and its identity, and their audit', async () => {
    await counted('`removeDomain`', () => run('removeDomain', domain, CUSTOMER));
    expect(await deployment.dkim(domain)).toBeNull();
    expect(lastEvent(domain)).toMatchObject({ detail: { state: 'rolled-back', kind: 'remove' } });
    expect(await run('onEvent', lastEvent(domain))).toBe(false);
    expect(await deployment.invoke({ action: 'audit' })).toMatchObject({ needingAttention: 0 });
  });

  test('takes a customer back, and waits for the event if SES takes longer', async () => {
    ses().pace({ delayMs: 30 * MINUTE_MS });
    expect((await run('addDomain', domain, CUSTOMER)).value).toBe(published);
    expect(await run('setKey', domain, CUSTOMER)).toBe('PENDING');
    expect(await run('onEvent', lastEvent(domain))).toBe(false);

    await deployment.sandbox.clock.advance(45 * MINUTE_MS);

    ses().pace({ delayMs: 0 });
    expect(lastEvent(domain)).toMatchObject({ detail: { state: 'verified', selector: 's1' } });
    expect(await run('onEvent', lastEvent(domain))).toBe(true);
    await run('removeDomain', domain, CUSTOMER);
  });

  test('needs all of the policy, and nothing else', () => {
    const outcomes = callsOf(deployment, RoleName).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => /AccessDenied/.test(outcome))).toEqual([]);
    expect(unused(granted(deployment, RoleName), used(deployment, RoleName))).toEqual([]);
  });
});

test('the program in TypeScript has no type errors', () => {
  const { options: ours } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(path.join(PROJECT, 'tsconfig.json'), ts.sys.readFile).config,
    ts.sys,
    PROJECT,
  );
  // It has no tests, whose types take as long to read as its own.
  const options = { ...ours, types: ['node'], noEmit: true };
  const file = path.join(PROJECT, 'customer-domains.ts');
  const database = path.join(PROJECT, 'node_modules/your-database.ts');
  const texts: Readonly<Record<string, string>> = { [file]: program, [database]: DATABASE.ts };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (name) => texts[name] ?? readFile(name);
  host.fileExists = (name) => name in texts || fileExists(name);
  const found = ts.getPreEmitDiagnostics(ts.createProgram([file], options, host));
  expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
});
