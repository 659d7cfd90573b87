import { differences, type Exchange, type Recording, sanitized } from '../../../tools/conformance/recording';
import { newTestKey } from '../../support/world';

const exchange: Exchange = {
  step: 'Deploy',
  call: 'ses:GetEmailIdentity',
  input: { EmailIdentity: 'example.com' },
  status: 200,
  output: { DkimAttributes: { Status: 'SUCCESS', Tokens: ['s1'] }, VerifiedForSendingStatus: true },
};
const recording = (...exchanges: Exchange[]): Recording => ({
  format: 1,
  day: '2026-11-25',
  region: 'ap-northeast-1',
  from: 'aws',
  exchanges,
});

describe('what is kept of an answer', () => {
  it('names no account, no key and no domain of ours', () => {
    const key = newTestKey(2048);
    const kept = JSON.stringify(
      sanitized(
        {
          arn: 'arn:aws:iam::999988887777:role/x',
          note: 'mail.ours.example in account 999988887777 by AKIAABCDEFGHIJKLMNOP',
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
      'MIIE',
      'a-request',
      key.pem.split('\n')[3]!,
    ])
      expect(kept).not.toContain(secret);
    expect(kept).toContain('example.com in account 123456789012');
  });
});

describe('two tellings of one story', () => {
  it('are the same where only times, ids and values differ', () => {
    const other = {
      ...exchange,
      output: { ...(exchange.output as object), VerifiedForSendingStatus: false },
    };
    expect(differences(recording(exchange), recording(other))).toEqual([]);
  });

  it('are held by what a repeated question came to', () => {
    const pending = { ...exchange, status: 404, error: 'NotFoundException', output: undefined };
    expect(differences(recording(pending, exchange), recording(exchange))).toEqual([]);
  });

  it.each<[string, Partial<Exchange>, string]>([
    [
      'another error',
      { status: 400, error: 'BadRequestException', output: undefined },
      '400 BadRequestException',
    ],
    [
      'a field that is missing',
      { output: { DkimAttributes: { Status: 'SUCCESS', Tokens: ['s1'] } } },
      'nothing',
    ],
    [
      'a field of another type',
      { output: { DkimAttributes: 'SUCCESS', VerifiedForSendingStatus: true } },
      'string',
    ],
  ])('part at %s', (_, change, found) => {
    const [difference] = differences(recording(exchange), recording({ ...exchange, ...change }));
    expect(difference).toMatchObject({ found });
  });

  it('part at a call that was never made', () => {
    expect(differences(recording(exchange), recording())).toMatchObject([
      { expected: 'a call', found: 'none' },
    ]);
  });
});
