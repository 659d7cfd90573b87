import type { ReviewRefusal } from '../../../cli/words/refusals';
import { refusalWords } from '../../../cli/words/refusals';
import { rowOfCode } from '../../../cli/words/rows';

const stack = 'a.test';

it.each<[ReviewRefusal, string]>([
  [{ code: 'CONTROL_PROTECTED', facts: { path: 'control.functionName' } }, '`control.functionName`: armed'],
  [
    { code: 'KEY_STORE_PROTECTED', facts: { path: 'control.keyStore.bucket' } },
    '`control.keyStore.bucket`: ',
  ],
  [
    { code: 'KEY_SHARED', facts: { stack, others: ['b.test', 'c.test'] } },
    '`a.test`: it has the key and the record that `b.test`, `c.test` sign with. Move the home: ',
  ],
  [
    {
      code: 'IDENTITY_PROTECTED',
      facts: { kind: 'region', stack, expected: 'us-east-1', found: 'eu-west-1' },
    },
    '`a.test`: the region of an entry must not change; expected us-east-1, where its key is, found eu-west-1.',
  ],
  [
    { code: 'IDENTITY_PROTECTED', facts: { kind: 'let-go', stack } },
    '`a.test`: with `identity: existing` the stack no longer manages its identity',
  ],
  [
    { code: 'RECORD_MOVES', facts: { stack, from: 'ZOLD', to: 'ZNEW' } },
    '`a.test`: the records move from hosted zone ZOLD to ZNEW.',
  ],
  [{ code: 'IDENTITY_EXISTS', facts: { stack } }, '`a.test`: the stack would create an existing identity.'],
])('formats a refusal and its advice: %j', (refusal, words) => {
  const text = refusalWords(refusal);
  expect(text).toContain(words);
  expect(text).toContain(rowOfCode(refusal.code)!.todo);
});
