import { compareLists } from '../../../cli/review/changes';
import { reviewAsMarkdown } from '../../../cli/review/markdown';
import { parseDomainList } from '../../../list/read-list';

const list = (percent: number) =>
  parseDomainList(
    `defaults: { selector: s1, region: eu-west-1, gate: { requiredPercent: ${percent} } }
domains:
  example.com: { gate: { requiredPercent: 100 } }
`,
    'domains.yaml',
  );

it('tells a change of what the function itself keeps to, although each domain says its own', () => {
  const changes = compareLists(list(100), list(20));
  expect(changes.domains).toEqual([]);
  const told = reviewAsMarkdown({ base: 'a', head: 'b', domains: [], changes, exitCode: 0 });
  expect(told).toContain('`defaults.gate.requiredPercent: 100 → 20`: comes with the control stack as well');
});
