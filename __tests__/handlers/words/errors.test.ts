import { ByodkimError } from '../../../handlers/errors/errors';
import { Redactor } from '../../../handlers/errors/redact';
import { mapStrings } from '../../../handlers/escape';
import type { ErrorCode, FactsOf } from '../../../handlers/facts/errors';
import { errorAnswer, thrownError } from '../../../handlers/handle';
import { ERRORS } from '../../../handlers/words/errors';
import { ERROR_EXAMPLES } from './error-examples';

const PEM = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQ'.repeat(20)}\n-----END PRIVATE KEY-----`;
/** Facts that choose a sentence, and so are not text from outside. */
const CHOOSING = [
  'kind',
  'use',
  'failure',
  'object',
  'type',
  'problem',
  'policy',
  'action',
  'role',
  'verdict',
];

/** Puts a private key into every text of the facts. */
const poisoned = (facts: unknown, name = ''): unknown => {
  if (Array.isArray(facts)) return facts.map((each) => poisoned(each, name));
  if (typeof facts === 'object' && facts !== null)
    return Object.fromEntries(Object.entries(facts).map(([key, each]) => [key, poisoned(each, key)]));
  return typeof facts === 'string' && !CHOOSING.includes(name) ? mapStrings(facts, () => PEM) : facts;
};

describe.each(Object.keys(ERROR_EXAMPLES) as ErrorCode[])('%s', (code) => {
  const examples = ERROR_EXAMPLES[code] as readonly FactsOf<typeof code>[];

  it.each(examples)('has whole sentences: %j', (facts) => {
    const { message, advice } = new ByodkimError(code, facts);

    for (const text of [message, advice]) expect(text).not.toMatch(/undefined|null|\[object|NaN/);
    expect(message).toMatch(/[.:]$/);
    expect(message).not.toContain('\n');
    expect(message).not.toMatch(/\.\.(?!\.)/);
  });

  it.each(examples)('shows no private key, wherever its facts hold one: %j', (facts) => {
    const error = new ByodkimError(code, poisoned(facts) as typeof facts);
    const { message, stack } = thrownError(error, new Redactor());

    for (const text of [message, stack, JSON.stringify(errorAnswer(error, new Redactor()))])
      expect(text).not.toContain('MIIEvQ');
  });
});

test('what to do does not name again who does it', () => {
  for (const { who, todo } of Object.values(ERRORS)) expect(todo).not.toContain(who);
});
