import { reportOutcome } from '../../../cli/dns/report';
import type { GateOutcome, ServerVerdict } from '../../../handlers/dns/outcome';
import { NAME, VALUE } from '../../handlers/dns/support';

const server = (change: Partial<ServerVerdict> = {}): ServerVerdict => ({
  address: '192.0.2.1:53',
  name: 'ns1.example.com',
  role: 'authoritative',
  verdict: 'ready',
  reason: 'has the record',
  value: 'v=DKIM1; k=rsa; p=MIIB…',
  ttlSeconds: 300,
  roundTripMs: 12.4,
  ...change,
});

const missing = (change: Partial<ServerVerdict> = {}): ServerVerdict =>
  server({
    address: '[2001:db8::1]:53',
    name: 'ns2.example.com',
    verdict: 'missing',
    reason: 'says that the name does not exist',
    value: undefined,
    ttlSeconds: undefined,
    ...change,
  });

const outcome = (change: Partial<GateOutcome> = {}): GateOutcome => ({
  ready: false,
  code: 'DNS_TXT_NOT_READY',
  message: `DNS TXT record for ${NAME} is not yet available. Please wait for DNS propagation.`,
  recordName: NAME,
  zone: 'example.com',
  expectedFingerprint: 'SHA256:abc',
  expectedValue: VALUE,
  servers: [server(), missing()],
  rounds: 1,
  warnings: ['One thing more.'],
  ...change,
});

test('prints one aligned line per server, then what to do', () => {
  expect(reportOutcome(outcome({ advice: 'Wait.' }))).toBe(
    [
      `TXT ${NAME} (zone example.com)`,
      'server            name             verdict  why                                value found              TTL    time',
      '192.0.2.1:53      ns1.example.com  ready    has the record                     v=DKIM1; k=rsa; p=MIIB…  300 s  12 ms',
      '[2001:db8::1]:53  ns2.example.com  missing  says that the name does not exist  -                        -      12 ms',
      '',
      `DNS TXT record for ${NAME} is not yet available. Please wait for DNS propagation.`,
      'To do: Wait.',
      'Warning: One thing more.',
    ].join('\n'),
  );
});

test('prints an outcome without servers', () => {
  expect(reportOutcome(outcome({ servers: [], zone: undefined }))).toContain('(no server was asked)');
});
