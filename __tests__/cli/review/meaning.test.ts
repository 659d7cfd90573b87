import type { DomainChange } from '../../../cli/review/changes';
import { meaningOf } from '../../../cli/review/meaning';
import type { CurrentState } from '../../../cli/target/effect';
import {
  cautionWords,
  type Destruction,
  type Effect,
  type EffectFacts,
  type Meaning,
  signsWords,
} from '../../../cli/words/meaning';
import type { ListedDomain } from '../../../list/domain-list';

const LISTED: ListedDomain = {
  domain: 'example.com',
  name: 'example.com',
  stack: 'example.com',
  line: 1,
  region: 'ap-northeast-1',
  selector: 's1',
};

const textOf = ({ cautions }: Meaning): string => cautions.map((each) => cautionWords(each)).join('\n');

const cautionsOf = (change: Partial<ListedDomain>, before: Partial<ListedDomain> = {}): string =>
  textOf(
    meaningOf(
      {
        kind: 'changed',
        before: { ...LISTED, ...before },
        after: { ...LISTED, ...before, ...change },
        settings: [],
      },
      undefined,
    ),
  );

describe('another MAIL FROM name', () => {
  const named = (subdomain: string) => ({ mailFrom: { subdomain } });

  it('needs the records of the earlier name, as long as mail returns there', () => {
    const text = cautionsOf({ ...named('return'), overlapDays: 20 }, named('bounce-{region}'));
    expect(text).toBe(
      'Leave the MX and SPF records of bounce-ap-northeast-1.example.com published until 20 days after the deploy: ' +
        'mail that was sent before it returns there.',
    );
  });

  it('is not an earlier name if it is the first', () => {
    expect(cautionsOf(named('return'))).toBe('');
  });
});

describe('the reviewer’s cautions', () => {
  it('are empty if nothing is weaker', () => {
    expect(cautionsOf({ gate: { strict: true, waitSeconds: 30 } })).toBe('');
    expect(cautionsOf({ overlapDays: 30 }, { gate: { resolvers: [] } })).toBe('');
  });

  it.each<[Partial<ListedDomain>, string]>([
    [{ gate: { resolvers: ['192.0.2.66:53'] } }, '`gate.resolvers`: 192.0.2.66:53 are asked instead of'],
    [{ gate: { resolvers: [] } }, '`gate.resolvers: []`: no resolver has to see the record'],
    [{ heal: true }, '`heal: true`: once SES has given up on the record'],
    [{ sendEmailRoles: ['mailer'] }, '`sendEmailRoles`: mailer may send mail as this domain'],
    [{ senders: { accounts: ['111122223333'] } }, 'every principal of 111122223333 whose own policies'],
    [
      { record: { hostedZoneId: 'Z1', roleArn: 'arn:aws:iam::111122223333:role/zone' } },
      'the owner of that account decides whether this stack can be planned',
    ],
  ])('include %j if it is new, or on a new domain', (change, words) => {
    expect(cautionsOf(change)).toContain(words);
    expect(cautionsOf({ overlapDays: 30 }, change)).toBe('');
    const added = meaningOf({ kind: 'added', after: { ...LISTED, ...change } }, undefined);
    expect(textOf(added)).toContain(words);
  });

  it('include an account that is added to others', () => {
    const after = { senders: { accounts: ['111122223333', '666677778888'] } };
    expect(cautionsOf(after, { senders: { accounts: ['111122223333'] } })).toContain('666677778888');
    expect(cautionsOf(after, { senders: { accounts: ['111122223333', '222233334444'] } })).toContain(
      '666677778888',
    );
  });

  it('include a MAIL FROM domain that an imported identity loses', () => {
    const mailFrom = { domain: 'old.example.com', status: 'SUCCESS', onMxFailure: 'use-default' } as const;
    const ses = { origin: 'AWS_SES', enabled: true, status: 'SUCCESS', tokens: [], mailFrom };
    const imported = (subdomain: string) =>
      meaningOf(
        { kind: 'added', after: { ...LISTED, identity: 'import', mailFrom: { subdomain } } },
        { ses, baseline: null },
      ).cautions;
    const facts = { before: 'old.example.com', after: 'bounce.example.com' };
    expect(imported('bounce')).toEqual([
      { code: 'MAIL_FROM_REPLACED', facts },
      { code: 'TAKEN_OVER', facts: {} },
    ]);
    expect(imported('old')).toEqual([{ code: 'TAKEN_OVER', facts: {} }]);
  });
});

const SES = { origin: 'EXTERNAL', selector: 's1', enabled: true, status: 'SUCCESS', tokens: ['s1'] } as const;
const EASY = { ...SES, origin: 'AWS_SES', selector: undefined } as const;
const state = (more: object): CurrentState => ({ ses: SES, baseline: null, ...more }) as CurrentState;
const change = (more: Partial<ListedDomain>, path: string): DomainChange => ({
  kind: 'changed',
  before: LISTED,
  after: { ...LISTED, ...more },
  settings: [{ path, before: undefined, after: 'x' }],
});
const removed: DomainChange = { kind: 'removed', before: LISTED };
const addition = (more: Partial<ListedDomain> = {}): DomainChange => ({
  kind: 'added',
  after: { ...LISTED, ...more },
});

describe('the effect of a change', () => {
  it.each<[string, DomainChange, CurrentState | undefined, Effect['code'], string]>([
    ['the removal of an entry', removed, state({}), 'REMOVED', 's1'],
    [
      'the removal of one that is not deployed',
      removed,
      state({ ses: null, transaction: null }),
      'NOT_DEPLOYED',
      'nothing',
    ],
    ['a new entry', addition(), undefined, 'ADDED', 'nothing → s1'],
    [
      'a new entry of an identity that is not known',
      addition({ identity: 'existing' }),
      undefined,
      'ADDED',
      '? → s1',
    ],
    [
      'a new entry of Easy DKIM',
      addition({ identity: 'existing' }),
      state({ ses: EASY }),
      'ADDED',
      'Easy DKIM → s1',
    ],
    ['a rotation', change({ selector: 's2' }, 'selector'), state({}), 'CHANGED', 's1 → s2'],
  ])('is known for %s', (_, made, current, code, signs) => {
    const meaning = meaningOf(made, current);
    expect([meaning.effect.code, signsWords(meaning.signs)]).toEqual([code, signs]);
  });

  it('is an adoption if the identity already has the key', () => {
    const { effect, signs } = meaningOf(addition({ identity: 'existing' }), state({ ses: EASY }), true);
    expect([effect.code, signsWords(signs)]).toEqual(['ADOPTED', 's1']);
  });

  it.each<[Partial<ListedDomain>, string, readonly string[]]>([
    [{ region: 'eu-west-1' }, 'region', ['region']],
    [{ selector: 's2' }, 'selector', ['selector']],
    [{}, 'keyStore.privateKey', ['key-place']],
    [{ home: 'example.com@eu-west-1' }, 'home', ['home']],
    [{ region: 'eu-west-1', selector: 's2' }, 'selector', ['region', 'selector']],
    [{}, 'tags.team', []],
  ])('lists how %j (%s) changes the signing state: %j', (more, path, kinds) => {
    const { effect } = meaningOf(change(more, path), undefined);
    const { alterations, settings } = effect.facts as EffectFacts['CHANGED'];
    expect(alterations.map(({ kind }) => kind)).toEqual(kinds);
    expect(settings.map((each) => each.path)).toEqual(kinds.length === 0 ? [path] : []);
  });

  it.each<[object | null, Destruction]>([
    [null, { code: 'RESTORES', facts: {} }],
    [{ restoration: { kind: 'disable' } }, { code: 'SWITCHES_OFF', facts: {} }],
    [
      { restoration: { kind: 'easy-dkim' }, origin: 'AWS_SES', enabled: false },
      { code: 'RESTORES_STATE', facts: { origin: 'AWS_SES', selector: undefined, enabled: false } },
    ],
  ])('is, for a destroyed identity with the baseline %j, %j', (baseline, expected) => {
    expect(meaningOf(addition({ identity: 'existing' }), state({ baseline })).destroy).toEqual(expected);
    expect(meaningOf(addition(), state({ baseline })).destroy.code).toBe('REMOVES_IDENTITY');
  });
});
