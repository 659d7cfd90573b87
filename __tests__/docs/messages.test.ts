import { OF_ENGINE, RUN_REFUSALS, THROWN } from '../../cli/words/failures';
import { ByodkimError } from '../../handlers/errors/errors';
import type { ErrorCode } from '../../handlers/words/errors';
import { FINDINGS, type FindingCode } from '../../handlers/words/findings';
import { ERROR_EXAMPLES } from '../handlers/words/error-examples';
import { FINDING_EXAMPLES } from '../handlers/words/finding-examples';
import { mistakesOf } from './support/mistakes';
import { commandsIn } from './support/shell';

interface Message {
  readonly code: string;
  readonly text: string;
}

const ofErrors: Message[] = (Object.keys(ERROR_EXAMPLES) as ErrorCode[]).flatMap((code) =>
  ERROR_EXAMPLES[code].map((facts) => {
    const { message, advice } = new ByodkimError(code, facts);
    return { code, text: `${message}\n${advice}` };
  }),
);
const ofFindings: Message[] = (Object.keys(FINDINGS) as FindingCode[]).flatMap((code) => {
  const { what, todo } = FINDINGS[code] as { what(facts: object): string; todo(facts: object): string };
  return FINDING_EXAMPLES[code].map((facts) => ({ code, text: `${what(facts)}\n${todo(facts)}` }));
});
const ofTheCommand: Message[] = Object.entries({ ...THROWN, ...OF_ENGINE, ...RUN_REFUSALS }).flatMap(
  ([code, { todo }]) => (typeof todo === 'string' ? [{ code, text: todo }] : []),
);

const PROGRAM = /^(?:npm|npx|byodkim|aws|tofu|cdktf) /;
/** Matches a command of AWS in a sentence without marks, which ends where its options do. */
const OF_AWS = /\baws [a-z0-9-]+ [a-z-]+(?: --[a-z-]+(?: (?!--)[^\s`;]+)?)+/g;

const commandsOf = ({ text }: Message): string[][] => {
  const marked = [...text.matchAll(/`([^`\n]+)`/g)]
    .map(([, code]) => code!)
    .filter((code) => PROGRAM.test(code));
  const unmarked = [...text.replaceAll(/`[^`\n]+`/g, '').matchAll(OF_AWS)].map(([code]) =>
    code.replace(/[.,)]$/, ''),
  );
  return [...marked, ...unmarked].flatMap((code) => commandsIn(code.replaceAll(/<[^>]*>/g, 'x')));
};

const all = [...ofErrors, ...ofFindings, ...ofTheCommand].flatMap((message) =>
  commandsOf(message).map((command) => ({ code: message.code, command })),
);

describe('the commands in messages', () => {
  it('are found', () => {
    const count = (program: string) => all.filter(({ command }) => command[0] === program).length;
    expect(count('byodkim')).toBeGreaterThan(50);
    expect(count('aws')).toBeGreaterThan(5);
  });

  it('can be typed as they are printed', () => {
    const wrong = all
      .map((found) => ({ ...found, mistakes: mistakesOf(found.command, true) }))
      .filter(({ mistakes }) => mistakes.length > 0);
    expect(wrong.map(({ code, command, mistakes }) => `${code}: ${command.join(' ')}: ${mistakes}`)).toEqual(
      [],
    );
  });
});
