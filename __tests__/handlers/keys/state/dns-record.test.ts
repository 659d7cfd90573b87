import fc from 'fast-check';
import { readRecord } from '../../../../handlers/keys/format/record';
import { dnsRecord, quotedStrings } from '../../../../handlers/keys/state/dns-record';
import { newTestKey, testKey } from '../../../support/world';

const PLACE = { domain: 'example.com', selector: 's1' };
const joined = (text: string): string => [...text.matchAll(/"([^"]*)"/g)].map(([, part]) => part).join('');

test.each([1024, 2048])('recovers a %i-bit key from every form of its record', (bits) => {
  const { publicKey } = newTestKey(bits);
  const record = dnsRecord(PLACE, publicKey, 0);

  for (const value of [record.value, joined(record.zoneFile), joined(record.route53)]) {
    expect(readRecord(value)).toMatchObject({ key: publicKey });
  }
  expect(record.zoneFile).toBe(`s1._domainkey.example.com. 300 IN TXT ${record.route53}`);
});

test('splits a record into strings within DNS’s limit, and loses none', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[ -!#-~]{1,1200}$/), (value) => {
      const strings = quotedStrings(value).slice(1, -1).split('" "');
      expect(strings.join('')).toBe(value);
      expect(Math.max(...strings.map((text) => text.length))).toBeLessThanOrEqual(255);
    }),
  );
});

test('a key is due 456 days after it was made', () => {
  const record = dnsRecord(PLACE, testKey().publicKey, Date.parse('2025-01-01T00:00:00Z'));
  expect(record.dueAt).toBe('2026-04-02T00:00:00.000Z');
});
