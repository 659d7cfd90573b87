import { meaningOf } from '../../../cli/review/meaning';
import type { ListedDomain } from '../../../list/domain-list';

const LISTED: ListedDomain = {
  domain: 'example.com',
  name: 'example.com',
  stack: 'example.com',
  line: 1,
  region: 'ap-northeast-1',
  selector: 's1',
};

const cautionsOf = (change: Partial<ListedDomain>, before: Partial<ListedDomain> = {}): string =>
  meaningOf(
    {
      kind: 'changed',
      before: { ...LISTED, ...before },
      after: { ...LISTED, ...before, ...change },
      settings: [],
    },
    undefined,
  ).cautions.join('\n');

describe('what a reviewer is told to mind', () => {
  it('is empty if nothing is weaker', () => {
    expect(cautionsOf({ gate: { strict: true, waitSeconds: 30 } })).toBe('');
    expect(cautionsOf({ overlapDays: 30 }, { gate: { resolvers: [] } })).toBe('');
  });

  it.each<[Partial<ListedDomain>, string]>([
    [{ gate: { resolvers: ['192.0.2.66:53'] } }, '`gate.resolvers`: 192.0.2.66:53 are asked in place of'],
    [{ gate: { resolvers: [] } }, '`gate.resolvers: []`: no resolver has to see the record'],
    [{ heal: true }, '`heal: true`: once SES has given up on the record'],
    [{ sendEmailRoles: ['mailer'] }, '`sendEmailRoles`: mailer may send mail as this domain'],
    [{ senders: { accounts: ['111122223333'] } }, 'every principal of 111122223333 whose own policies'],
    [
      { record: { hostedZoneId: 'Z1', roleArn: 'arn:aws:iam::111122223333:role/zone' } },
      'the owner of that account decides whether this stack can be planned',
    ],
  ])('names %j, where it is new and of a new domain', (change, words) => {
    expect(cautionsOf(change)).toContain(words);
    expect(cautionsOf({ overlapDays: 30 }, change)).toBe('');
    const added = meaningOf({ kind: 'added', after: { ...LISTED, ...change } }, undefined);
    expect(added.cautions.join('\n')).toContain(words);
  });

  it('names an account that is added to others', () => {
    const after = { senders: { accounts: ['111122223333', '666677778888'] } };
    expect(cautionsOf(after, { senders: { accounts: ['111122223333'] } })).toContain('666677778888');
    expect(cautionsOf(after, { senders: { accounts: ['111122223333', '222233334444'] } })).toContain(
      '666677778888',
    );
  });

  it('is a MAIL FROM domain that an imported identity loses', () => {
    const mailFrom = { domain: 'old.example.com', status: 'SUCCESS', onMxFailure: 'use-default' } as const;
    const ses = { origin: 'AWS_SES', enabled: true, status: 'SUCCESS', tokens: [], mailFrom };
    const imported = (subdomain: string) =>
      meaningOf(
        { kind: 'added', after: { ...LISTED, identity: 'import', mailFrom: { subdomain } } },
        { ses, baseline: null },
      ).cautions.join('\n');
    expect(imported('bounce')).toContain(
      'Its MAIL FROM domain old.example.com is replaced by bounce.example.com, and a destroy does not bring it back.',
    );
    expect(imported('old')).not.toContain('is replaced');
  });
});
