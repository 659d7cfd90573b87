import type { GateOutcome, ServerVerdict } from '../../../handlers/words/gate';
import { NAME, VALUE } from './support';

export const server = (change: Partial<ServerVerdict> = {}): ServerVerdict => ({
  address: '192.0.2.1:53',
  name: 'ns1.example.com',
  role: 'authoritative',
  verdict: 'ready',
  why: { kind: 'has-record' },
  value: 'v=DKIM1; k=rsa; p=MIIB…',
  ttlSeconds: 300,
  roundTripMs: 12.4,
  ...change,
});

export const missing = (change: Partial<ServerVerdict> = {}): ServerVerdict =>
  server({
    address: '[2001:db8::1]:53',
    name: 'ns2.example.com',
    verdict: 'missing',
    why: { kind: 'no-name' },
    value: undefined,
    ttlSeconds: undefined,
    ...change,
  });

export const outcome = (change: Partial<GateOutcome> = {}): GateOutcome => ({
  ready: false,
  code: 'DNS_TXT_NOT_READY',
  failure: 'late',
  recordName: NAME,
  zone: 'example.com',
  expectedFingerprint: 'SHA256:abc',
  expectedValue: VALUE,
  servers: [server(), missing()],
  rounds: 1,
  warnings: [{ kind: 'testing' }],
  ...change,
});
