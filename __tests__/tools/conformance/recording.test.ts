import { sanitized } from '../../../tools/conformance/recording';
import { newTestKey } from '../../support/world';

describe('a recorded answer', () => {
  it('contains no account, no key and no domain of ours', () => {
    const key = newTestKey(2048);
    const kept = JSON.stringify(
      sanitized(
        {
          arn: 'arn:aws:iam::999988887777:role/x',
          note: 'mail.ours.example in account 999988887777 by AKIAABCDEFGHIJKLMNOP, AROAABCDEFGHIJKLMNOPQ:probe',
          nested: [{ DomainSigningPrivateKey: 'MIIE', text: `the key is ${key.pem}` }],
          Body: new Uint8Array([1]),
          $metadata: { requestId: 'a-request' },
        },
        { 'mail.ours.example': 'example.com' },
      ),
    );
    for (const secret of [
      '999988887777',
      'mail.ours',
      'AKIAABCDEFGHIJKLMNOP',
      'AROAABCDEFGHIJKLMNOPQ',
      'MIIE',
      'a-request',
      key.pem.split('\n')[3]!,
    ])
      expect(kept).not.toContain(secret);
    expect(kept).toContain('example.com in account 123456789012');
  });
});
