import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pack } from '../../package/support/empty-project';
import { Desk } from '../support/desk';
import { canType, play, typeBlock } from '../support/follow';
import { mistakesOf } from '../support/mistakes';
import { type Printed, printedCommands, SCRIPTS } from '../support/printed';
import { commandsIn } from '../support/shell';
import { CLONE, type Way, withPackage } from '../support/ways';

// The package is built and packed first.
jest.setTimeout(600_000);

const WAYS = ['a clone', 'the package'] as const;
type WayName = (typeof WAYS)[number];

/** Why commands are not run. */
const NOT_RUN: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^dig /, 'asks the public DNS'],
  [/^gh /, 'asks GitHub'],
  [/^git (?:fetch|pull)/, 'needs a remote repository'],
  [/^npm (?:ci|dedupe)/, 'would replace the packages that the clone shares with the project'],
  [/^npx mailauth/, 'needs a mail in a real mailbox'],
  [/^aws sso login/, 'a person signs in with a browser'],
  [/^aws kms/, 'the sandbox has no KMS'],
  [/^aws s3 mv$/, 'a sum that __tests__/cli/words/unlisted.test.ts compares as a whole'],
  [/^tofu state rm/, 'docs/zones.md has the same command, and is typed'],
  [/…/, 'the reader has the files'],
];

/** Commands that messages name for a clone, beside what somebody does who has the package. */
const ONLY_IN_CLONE: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^npm run build$/, 'only in a clone: the message says so, and what others do'],
];

/** Exit codes other than 0 that are right here, and why. */
const EXIT_CODES: readonly (readonly [pattern: RegExp, exitCode: number, reason: string])[] = [
  [/^byodkim set .* --make-key$/, 2, 'the record of the new key is published afterwards'],
  [/^byodkim key put /, 2, 'the key is stored already, since the deploy needs it'],
  [/^byodkim key create example\.com$/, 2, 'as for key put'],
  [/^byodkim (?:confirm|revert) /, 2, 'no change is open; docs/runbook.md types them while one is'],
  [/^byodkim record .* --notify$/, 2, 'the record is published'],
  [/ --part 2 /, 1, 'a list with one domain needs one policy'],
  [/ --notify --remove$/, 3, 'SES signs with the selector, whose record has to stay'],
  [/^byodkim destroy --all byodkim-control-us-east-1$/, 1, 'the list has no entry in this region'],
];

/** Commands of somebody who has no control stack, in the order in which they belong together. */
const WITHOUT_CONTROL_STACK = [
  /^openssl genrsa -out/,
  /^byodkim set .* --make-key$/,
  /^openssl pkey -in (?:private_)?key\.pem/,
  /^byodkim set .* --dry-run$/,
  /^byodkim set .* --earlier-key-file/,
  /^aws sesv2 delete-email-identity --/,
];
/** Commands that change what others need come last. */
const LAST = [/--remove/, /rotate/, /git commit/, /destroy/];

/** What somebody does while a command is typed. */
const MEANWHILE: readonly (readonly [pattern: RegExp, play: string])[] = [
  [/^/, 'time passes'],
  [/^byodkim (?:destroy|revert|set) /, 'somebody answers yes'],
  [/^byodkim key put /, 'signed in as mail-keys'],
  [/^aws sesv2 delete-tenant-/, 'the tenant news holds example.com'],
];

const COMMITTER = Object.fromEntries(
  ['AUTHOR', 'COMMITTER'].flatMap((who) => [
    [`GIT_${who}_NAME`, 'reader'],
    [`GIT_${who}_EMAIL`, 'reader@example.com'],
  ]),
);

/** A sentence may name a command without its arguments. */
const isName = (command: string): boolean =>
  /^(?:npm run byodkim --|npx byodkim|byodkim (?:deploy|diff|destroy)|openssl genrsa|aws sesv2 delete-(?:email-identity(?:-policy)?|tenant-resource-association))$/.test(
    command,
  ) ||
  (command.startsWith('byodkim ') &&
    commandsIn(command).some(
      (each) => mistakesOf(each, false).length > 0 && mistakesOf(each, true).length === 0,
    ));

const reasonOf = (way: WayName, command: string): string | undefined =>
  isName(command)
    ? 'a sentence names the command without its arguments'
    : ([...NOT_RUN, ...(way === 'a clone' ? [] : ONLY_IN_CLONE)].find(([pattern]) =>
        pattern.test(command),
      )?.[1] ?? (canType(command) ? undefined : 'this machine has another version of the AWS CLI'));

const asTyped = (command: string): string =>
  command.replaceAll(/(^|&& )byodkim /g, '$1npm run --silent byodkim -- ');

const rankIn = (patterns: readonly RegExp[], { command }: Printed): number =>
  patterns.findIndex((pattern) => pattern.test(command));
const ordered = (all: readonly Printed[], patterns: readonly RegExp[]): Printed[] =>
  [...all].sort((a, b) => rankIn(patterns, a) - rankIn(patterns, b));

const printed = printedCommands();
const different = [...new Map(printed.map((each) => [each.command, each])).values()];

let packed: string;
let waysByName: Readonly<Record<WayName, Way>>;
beforeAll(() => {
  packed = mkdtempSync(path.join(tmpdir(), 'byodkim-packed-'));
  waysByName = { 'a clone': CLONE, 'the package': withPackage(pack(packed).file) };
});
afterAll(() => rmSync(packed, { recursive: true, force: true }));

describe.each(WAYS)('the commands in messages, with %s', (way) => {
  const run = different.filter(({ command }) => reasonOf(way, command) === undefined);
  const first = run.filter((each) => rankIn(WITHOUT_CONTROL_STACK, each) >= 0);
  const rest = run.filter((each) => !first.includes(each));

  let desk: Desk;
  beforeAll(async () => {
    desk = await Desk.open(['example.com'], waysByName[way]);
    desk.editList((list) => {
      const administrator = `arn:aws:iam::${desk.practice.sandbox.accountId}:user/sandbox-admin`;
      list.setIn(['control', 'keyStore', 'readers'], [administrator]);
      list.addIn(['control', 'keyStore', 'writers'], administrator);
      list.deleteIn(['domains', 'example.org']);
    });
  });
  afterAll(() => desk.close());

  const types = async ({ at, command }: Printed): Promise<void> => {
    await typeBlock(
      {
        at: 0,
        heading: at,
        commands: [asTyped(command)],
        meanwhile: MEANWHILE.flatMap(([pattern, name]) => (pattern.test(command) ? [name] : [])),
        beforeEach: [],
        exitCodes: [EXIT_CODES.find(([pattern]) => pattern.test(command))?.[1] ?? 0],
      },
      desk,
    );
    expect(desk.printed).not.toContain('UNEXPECTED');
  };

  describe('without a control stack', () => {
    it.each(ordered(first, WITHOUT_CONTROL_STACK))('$command ($at)', async (each) => {
      await types(each);
      if (!each.command.endsWith(' --make-key')) return;
      await play('the DNS team publishes the record', desk);
      await desk.passes('cp key.pem private_key.pem');
    });
  });

  describe('with a domain that is deployed', () => {
    beforeAll(async () => {
      await play('the role mail-keys exists', desk);
      await desk.passes('npm run deploy -- byodkim-control-ap-northeast-1');
      await play('everybody clicks the link', desk);
      await play('signed in as mail-keys', desk);
      await desk.passes('npm run byodkim -- key put example.com private_key.pem');
      desk.endBlock();
      await desk.passes('npm run deploy -- example.com');
      await play('the list is committed', desk);
      desk.variables = COMMITTER;
    });

    it.each(ordered(rest, LAST))('$command ($at)', types);
  });

  it('counts what is not run', () => {
    const others = different.flatMap(({ command }) => {
      const reason = reasonOf(way, command);
      return reason === undefined ? [] : [`${command}: ${reason}`];
    });
    const failing = run.flatMap(({ command }) => {
      const row = EXIT_CODES.find(([pattern]) => pattern.test(command));
      return row === undefined ? [] : [`${command}: ${row[1]}, ${row[2]}`];
    });
    process.stdout.write(
      `${[
        `Of ${printed.length} commands in messages, ${different.length} are different. With ${way}, ${run.length} are run, ${others.length} are not:`,
        ...others,
        ...Object.entries(SCRIPTS).map(([file, reason]) => `the scripts of ${file}: ${reason}`),
        `${failing.length} end with another exit code than 0:`,
        ...failing,
      ].join('\n  ')}\n`,
    );
  });
});
