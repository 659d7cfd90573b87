import { reportOutcome } from '../../../cli/dns/report';
import { proofWords } from '../../../handlers/words/errors';
import { outcome } from '../../handlers/dns/outcomes';
import { NAME } from '../../handlers/dns/support';

const LATE = outcome();

test('prints one aligned line per server, then the advice', () => {
  expect(reportOutcome(LATE)).toBe(
    [
      `TXT ${NAME} (zone example.com)`,
      'server            name             verdict  why                                   value found              TTL    time',
      '192.0.2.1:53      ns1.example.com  ready    has the record                        v=DKIM1; k=rsa; p=MIIB…  300 s  12 ms',
      '[2001:db8::1]:53  ns2.example.com  missing  answers that the name does not exist  -                        -      12 ms',
      '',
      proofWords(LATE).message,
      `To do: ${proofWords(LATE).advice}`,
      'Warning: The record has t=y (testing): verifiers treat a failed signature as if there were none.',
    ].join('\n'),
  );
});

test('prints an outcome without servers', () => {
  expect(reportOutcome(outcome({ servers: [], zone: undefined }))).toContain('(no server was asked)');
});
