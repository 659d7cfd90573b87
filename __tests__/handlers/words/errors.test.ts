import { ByodkimError } from '../../../handlers/errors/errors';
import { Redactor } from '../../../handlers/errors/redact';
import type { ErrorCode, FactsOf } from '../../../handlers/facts/errors';
import { errorAnswer, thrownError } from '../../../handlers/handle';
import { ERRORS } from '../../../handlers/words/errors';
import { ERROR_EXAMPLES } from './error-examples';
import { KEY, poisoned } from './poison';

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
    const error = new ByodkimError(code, poisoned(facts));
    const { message, stack } = thrownError(error, new Redactor());

    for (const text of [message, stack, JSON.stringify(errorAnswer(error, new Redactor()))])
      expect(text).not.toContain(KEY);
  });
});

test('what to do does not name again who does it', () => {
  for (const { who, todo } of Object.values(ERRORS)) expect(todo).not.toContain(who);
});
