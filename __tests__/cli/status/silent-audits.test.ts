import { silentAudits } from '../../../cli/status/silent-audits';
import { silentAuditWords } from '../../../cli/words/status';
import { DAY_MS, NOW, row } from './answers';

const ago = (days: number): string => new Date(NOW - days * DAY_MS).toISOString();
const changed = (days: number) => ({ history: [{ at: ago(days), event: 'confirmed' }] });

test.each<[string, object, unknown[]]>([
  ['one that began yesterday', { auditedAt: ago(1) }, []],
  ['none for two days', { auditedAt: ago(2) }, [{ region: 'ap-northeast-1', auditedAt: ago(2) }]],
  ['none yet, of a domain that was deployed yesterday', { auditedAt: null, ...changed(1) }, []],
  [
    'none yet, of a domain that was deployed three days ago',
    { auditedAt: null, ...changed(3) },
    [{ region: 'ap-northeast-1', auditedAt: null }],
  ],
  ['what is not known', changed(3), []],
  ['a domain that was never deployed', { auditedAt: ago(9), isManaged: false }, []],
])('the last audit of a region: %s', (_, answer, expected) => {
  expect(silentAudits([row(answer)])).toEqual(expected);
});

test('reports a region once, with advice', () => {
  const rows = ['ap-northeast-1', 'ap-northeast-1', 'us-east-1'].map((region) =>
    row({ region, auditedAt: ago(5) }),
  );
  const silent = silentAudits(rows);
  expect(silent.map(({ region }) => region)).toEqual(['ap-northeast-1', 'us-east-1']);
  expect(silentAuditWords(silent[1]!)).toBe(
    `No audit of all domains has begun since ${ago(5)} in us-east-1, so nothing is watching the domains. Run \`byodkim status --always --region us-east-1\`. ` +
      'If that passes, the schedule of the audit is gone or disabled: deploy the control stack.',
  );
});
