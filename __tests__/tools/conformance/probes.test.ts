import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../constructs/built-handler';
import { trailFinding } from '../../../tools/conformance/probes';

test('the command for CloudTrail’s record of a key equals the one on the page', () => {
  const page = readFileSync(path.join(PROJECT_ROOT, 'docs/conformance.md'), 'utf8');
  const [command] = /^aws cloudtrail .*$/m.exec(page) ?? [];
  expect(command).toBeDefined();
  expect(trailFinding('ap-northeast-1').answer.endsWith(command!)).toBe(true);
});
