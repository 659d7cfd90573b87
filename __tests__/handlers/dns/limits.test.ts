import { readFileSync } from 'node:fs';
import { LIMITS } from '../../../handlers/dns/limits';

test.each(Object.entries(LIMITS))('%s is written down for those whom it stops', (limit, most) => {
  const row = readFileSync('docs/evidence/dns-verdicts.md', 'utf8')
    .split('\n')
    .find((line) => line.startsWith('|') && line.includes(`\`${limit}\``));
  expect(row).toContain(most.toLocaleString('en'));
});
