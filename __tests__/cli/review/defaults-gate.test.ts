import { compareLists } from '../../../cli/review/changes';
import { reviewAsMarkdown } from '../../../cli/review/markdown';
import { parseDomainList } from '../../../list/read-list';

const list = (strict: boolean) =>
  parseDomainList(
    `defaults: { selector: s1, region: eu-west-1, gate: { strict: ${strict} } }
domains:
  example.com: { gate: { strict: true } }
`,
    'domains.yaml',
  );

it('tells a change of what the function itself keeps to, although each domain says its own', () => {
  const changes = compareLists(list(true), list(false));
  expect(changes.domains).toEqual([]);
  const told = reviewAsMarkdown({ base: 'a', domains: [], changes, exitCode: 0 });
  expect(told).toContain('`defaults.gate.strict: true → false`: comes with the control stack as well');
});
