import { findRenamings } from '../../../cli/engine/renaming';

const claim = (stack: string, domain = 'example.com', region = 'eu-west-1') => ({ stack, domain, region });

it('recognises an entry of the same domain and region, and no other', () => {
  const added = [claim('example.com@eu-west-1')];
  expect(findRenamings([claim('example.com')], added)).toEqual([
    { from: 'example.com', to: 'example.com@eu-west-1' },
  ]);
  expect(findRenamings([claim('example.com', 'example.org')], added)).toEqual([]);
  expect(findRenamings([claim('example.com', undefined, 'us-east-1')], added)).toEqual([]);
});
