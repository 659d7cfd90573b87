import { type Printed, printedCommands } from './support/printed';

const all = printedCommands();
const commandsOf = (file: string): string[] =>
  all.filter(({ at }: Printed) => at === file || at.startsWith(`${file}:`)).map(({ command }) => command);

describe('the commands that are typed by the tests of messages', () => {
  it.each([
    ['the description of an alarm, in HCL', 'modules/control/alarms.tf', 'byodkim status --always'],
    ['the description of another alarm, in HCL', 'modules/control/alarms.tf', 'byodkim drill'],
    ['the description of an alarm, in a construct', 'constructs/words.ts', 'byodkim status --always'],
    ['a notice to the DNS team', 'handlers/words/notices.en.ts', 'dig +short TXT s1._domainkey.example.com'],
    [
      'a notice to the DNS team, in Japanese',
      'handlers/words/notices.ja.ts',
      'dig +short TXT s1._domainkey.example.com',
    ],
    ['a notice of a change', 'handlers/words/result-notices.ts', 'byodkim revert example.com --yes'],
    ['a line of its own in a notice', 'handlers/words/result-notices.ts', 'byodkim manual example.com'],
    [
      'the advice on an error',
      'handlers/words/errors/keys.ts',
      'byodkim key put example.com private_key.pem',
    ],
    [
      'the check after an error',
      'handlers/words/commands.ts',
      'byodkim record example.com && byodkim check example.com --wait 3600',
    ],
    ['the advice on a finding', 'handlers/words/findings.ts', 'byodkim record example.com -s s1 --notify'],
    ['a refusal whose command is an expression', 'cli/words/usage.ts', 'byodkim deploy example.com'],
    ['a refusal of the list', 'list/words.ts', 'byodkim status'],
    ['an example of --help', 'byodkim rotate --help', 'byodkim rotate --due'],
  ])('include those of %s', (_, file, command) => {
    expect(commandsOf(file)).toContain(command);
  });
});
