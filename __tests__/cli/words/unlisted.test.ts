import path from 'node:path';
import { renameCommand, unlistedWords } from '../../../cli/words/unlisted';
import { oneLine } from '../../../handlers/escape';

it('prints the command that renames the state file, or the object', () => {
  const renaming = { from: 'example.com', to: 'example.com@eu-west-1' };
  const folder = path.join(process.cwd(), 'my state');
  expect(renameCommand({ type: 'local', folder }, renaming)).toBe(
    "mv 'my state/example.com.tfstate' 'my state/example.com@eu-west-1.tfstate'",
  );
  const s3 = { type: 's3', bucket: 'states', region: 'us-east-1', keyPrefix: 'mail/' } as const;
  expect(renameCommand(s3, renaming)).toBe(
    'aws s3 mv s3://states/mail/example.com.tfstate s3://states/mail/example.com@eu-west-1.tfstate --region us-east-1',
  );
});

it('prints stacks that are deployed and no longer in the list', () => {
  const s3 = { type: 's3', bucket: 'states', region: 'us-east-1', keyPrefix: '' } as const;
  const renamed = [{ from: 'a.test', to: 'a.test@us-east-1' }];
  expect(unlistedWords({ stacks: ['b.test', 'c.test'], renamed, twins: [] }, s3)).toEqual([
    expect.stringMatching(/^a\.test@us-east-1 is deployed under the name a\.test, .* `aws s3 mv .*`$/),
    expect.stringMatching(/^Deployed, and not in the list: b\.test, c\.test\. .* `byodkim destroy`/),
  ]);
  expect(unlistedWords({ stacks: [], renamed: [], twins: [] }, s3)).toEqual([]);
});

it('prints for two stacks of one domain and region how to keep either', () => {
  const s3 = { type: 's3', bucket: 'states', region: 'us-east-1', keyPrefix: '' } as const;
  const twins = {
    listed: { stack: 'a.test', recordName: 's1._domainkey.a.test' },
    unlisted: { stack: 'a.test@us-east-1' },
  };
  const [words, ...others] = unlistedWords({ stacks: [], renamed: [], twins: [twins] }, s3);
  expect(others).toEqual([]);
  expect(words).toContain('a.test (s1._domainkey.a.test) in the list, and a.test@us-east-1.');
  const aside = (stack: string) =>
    `aws s3 mv s3://states/${stack}.tfstate s3://states/${stack}.tfstate.aside --region us-east-1`;
  expect(words).toContain(`To keep a.test:\n  ${aside('a.test@us-east-1')}\n`);
  expect(words).toContain(`the list then has to name:\n  ${aside('a.test')}`);
});

it('prints the name of a state, which whoever may write there has chosen, on one line without escape sequences', () => {
  const s3 = { type: 's3', bucket: 'states', region: 'us-east-1', keyPrefix: '' } as const;
  const from = 'a\u001b[2J\n::error::x';
  const words = unlistedWords({ stacks: [from], renamed: [{ from, to: 'a.test' }], twins: [] }, s3);
  expect(words.map(oneLine)).toEqual(words);
  expect(words[1]).toMatch(/^Deployed, and not in the list: a\\x1b\[2J\\n::error::x\./);
});
