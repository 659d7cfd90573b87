import { type Clients, checkAccount, checkUnused, checkZone } from '../../../tools/conformance/account';
import { Refused } from '../../../tools/conformance/recording';

/**
 * Clients that answer by the command's name. A command without an answer throws as AWS does for a missing resource.
 */
const clients = (answers: Readonly<Record<string, unknown>>): Clients => {
  const client = {
    send: async ({ constructor: { name } }: object) => {
      const answer = answers[name.replace(/Command$/, '')];
      if (answer instanceof Error) throw answer;
      if (answer === undefined) throw new Error(`the test did not expect ${name}`);
      return answer;
    },
  };
  return { ses: client, s3: client, route53: client, sns: client, sts: client } as unknown as Clients;
};
const named = (name: string): Error => Object.assign(new Error('no'), { name });
const ours = clients({
  GetCallerIdentity: {
    Account: '111122223333',
    Arn: 'arn:aws:sts::111122223333:assumed-role/admin/me@example.com',
  },
  GetEmailIdentity: named('NotFoundException'),
  ListHostedZonesByName: { HostedZones: [{ Id: '/hostedzone/Z1', Name: 'example.com.' }] },
});

describe('before a conformance run makes anything,', () => {
  it('it continues in the named account, for an unused domain, in its zone', async () => {
    expect(await checkAccount(ours, '111122223333')).toEqual({
      account: '111122223333',
      arn: 'arn:aws:iam::111122223333:role/*admin',
    });
    await checkUnused(ours, 'test.example.com');
    await checkZone(ours, 'Z1', 'test.example.com');
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'without credentials',
      () => checkAccount(clients({ GetCallerIdentity: named('CredentialsProviderError') }), undefined),
      /Give credentials/,
    ],
    [
      'for a domain that has an identity',
      () => checkUnused(clients({ GetEmailIdentity: {} }), 'example.com'),
      /has an SES identity in this region/,
    ],
    [
      'for a zone of another domain',
      () => checkZone(ours, 'Z1', 'notexample.com'),
      /does not hold notexample\.com/,
    ],
  ])('it refuses %s', async (_, check, says) => {
    await expect(check()).rejects.toThrow(Refused);
    await expect(check()).rejects.toThrow(says);
  });

  it('it fails as AWS does if AWS fails', async () => {
    await expect(
      checkUnused(clients({ GetEmailIdentity: named('AccessDeniedException') }), 'example.com'),
    ).rejects.toThrow('no');
  });
});
