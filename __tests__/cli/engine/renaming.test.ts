import path from 'node:path';
import { findRenamings, renameCommand } from '../../../cli/engine/renaming';

const claim = (stack: string, recordName = 's1._domainkey.example.com', region = 'eu-west-1') => ({
  stack,
  recordName,
  region,
});

it('recognises an entry of the same domain, region and selector, and no other', () => {
  const added = [claim('example.com@eu-west-1')];
  expect(findRenamings([claim('example.com')], added)).toEqual([
    { from: 'example.com', to: 'example.com@eu-west-1' },
  ]);
  expect(findRenamings([claim('example.com', 's1._domainkey.example.org')], added)).toEqual([]);
  expect(findRenamings([claim('example.com', undefined, 'us-east-1')], added)).toEqual([]);
});

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
