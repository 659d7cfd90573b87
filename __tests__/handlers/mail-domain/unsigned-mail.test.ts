import { walkedNames } from '../../../handlers/mail-domain/dmarc';
import type { FindTexts } from '../../../handlers/mail-domain/texts';
import { findUnsignedMail } from '../../../handlers/mail-domain/unsigned-mail';
import { textsIn } from './texts-in';

const DOMAIN = 'example.com';
const BOUNCE = 'bounce.example.com';

const SPF = 'v=spf1 include:amazonses.com ~all';

/** @param mailFrom a MAIL FROM domain that SES has verified */
const unsigned = (texts: Record<string, string>, mailFrom?: string, domain = DOMAIN, status = 'SUCCESS') => {
  const lists = Object.entries({ [BOUNCE]: SPF, ...texts }).map(([name, text]) => [name, [text]]);
  return findUnsignedMail(
    domain,
    async () => (mailFrom === undefined ? undefined : { domain: mailFrom, status }),
    textsIn(Object.fromEntries(lists)),
  );
};
const REJECT = { '_dmarc.example.com': 'v=DMARC1; p=reject' };
const RECORDS = { '_dmarc.example.com': ['v=DMARC1; p=reject'] };
const verified = async () => ({ domain: BOUNCE, status: 'SUCCESS' });
const wordsOf = async (...args: Parameters<typeof unsigned>) => (await unsigned(...args)).inWords;

describe('in words', () => {
  it.each([
    ['v=DMARC1; p=none', 'delivered: p=none'],
    ['v=DMARC1; p=quarantine', 'quarantined: p=quarantine and no aligned SPF'],
    ['v=DMARC1; p=reject', 'rejected: p=reject and no aligned SPF'],
    ['v=DMARC1; p=reject; t=y', 'quarantined: p=reject (lowered by t=y) and no aligned SPF'],
    ['v=DMARC1; p=quarantine; t=y', 'delivered: p=quarantine (lowered by t=y)'],
    ['v=DMARC1; p=reject; t=n', 'rejected: p=reject and no aligned SPF'],
    // What is wrong in it is ignored, and the rest counts (§4.7).
    ['v=DMARC1; junk; P=Reject;; rua=mailto:a@example.com', 'rejected: p=reject and no aligned SPF'],
    ['v=DMARC1; p=reject; aspf=ü', 'rejected: p=reject and no aligned SPF'],
    ['v=DMARC1; p=block', 'delivered: no DMARC policy'],
    ['v=DMARC1; p=reject; sp=block; rua=mailto:a@example.com', 'delivered: no DMARC policy'],
    ['v=DMARC1 p=reject', 'delivered: no DMARC policy'],
  ])('%s: %s', async (record, words) => {
    expect(await wordsOf({ '_dmarc.example.com': record })).toBe(words);
  });

  it('delivered where there is no policy', async () => {
    expect(await unsigned({})).toEqual({
      outcome: 'delivered',
      inWords: 'delivered: no DMARC policy',
      policy: null,
    });
  });

  it('passes where SES has verified an aligned MAIL FROM domain, and its SPF is in DNS', async () => {
    expect(await unsigned(REJECT, BOUNCE)).toMatchObject({
      outcome: 'passes',
      inWords: 'passes by SPF (bounce.example.com)',
      mailFrom: BOUNCE,
    });
  });

  it.each([
    ['has no SPF record any more', { [BOUNCE]: 'token=1' }, 'SUCCESS', 'has no SPF record'],
    [
      'has SPF that leaves SES out',
      { [BOUNCE]: 'v=spf1 -all' },
      'SUCCESS',
      'has an SPF record that does not begin with SES, so that its mail may not pass: expected v=spf1 include:amazonses.com ~all',
    ],
  ])('rejected where the MAIL FROM domain %s', async (_, texts, status, words) => {
    expect(await wordsOf({ ...REJECT, ...texts }, BOUNCE, DOMAIN, status)).toBe(
      `rejected: p=reject and ${BOUNCE} ${words}`,
    );
  });

  it.each(['PENDING', 'FAILED', 'TEMPORARY_FAILURE'])(
    'rejected while SES says %s of the MAIL FROM domain, whatever DNS has',
    async (status) => {
      expect(await wordsOf(REJECT, BOUNCE, DOMAIN, status)).toBe(
        `rejected: p=reject and SES has not verified the MAIL FROM domain ${BOUNCE} (${status})`,
      );
    },
  );

  it('not known where the policy is to refuse, and SES or SPF cannot be read', async () => {
    const denied = async () => Promise.reject(new Error('access denied'));
    expect((await findUnsignedMail(DOMAIN, denied, textsIn(RECORDS))).inWords).toBe(
      'not known: the MAIL FROM domain that SES has could not be read: access denied',
    );
    const find: FindTexts = async (name) =>
      name === BOUNCE ? { problem: 'nobody answers' } : textsIn(RECORDS)(name);
    expect((await findUnsignedMail(DOMAIN, verified, find)).inWords).toBe(
      `not known: SPF of ${BOUNCE} could not be read: nobody answers`,
    );
  });

  it('asks SES nothing where unsigned mail is delivered anyway', async () => {
    const none = textsIn({ '_dmarc.example.com': ['v=DMARC1; p=none'] });
    const never = () => Promise.reject(new Error('asked'));
    expect((await findUnsignedMail(DOMAIN, never, none)).inWords).toBe('delivered: p=none');
  });

  it('rejected where alignment is strict, since MAIL FROM is never the domain itself', async () => {
    expect(await wordsOf({ '_dmarc.example.com': 'v=DMARC1; p=reject; aspf=s' }, BOUNCE)).toBe(
      'rejected: p=reject and SPF of bounce.example.com is not aligned (aspf=s)',
    );
  });

  it('rejected where the MAIL FROM domain is an organization of its own', async () => {
    const texts = {
      '_dmarc.example.com': 'v=DMARC1; p=reject',
      '_dmarc.bounce.example.com': 'v=DMARC1; p=none; psd=n',
    };
    expect(await wordsOf(texts, BOUNCE)).toBe(
      'rejected: p=reject and SPF of bounce.example.com is not aligned',
    );
  });

  it('not known where DMARC cannot be read, and never an error', async () => {
    const silent: FindTexts = async () => ({ problem: 'ns1.example.com does not answer' });
    const failing: FindTexts = () => Promise.reject(new Error('out of time'));
    expect(await findUnsignedMail(DOMAIN, verified, silent)).toEqual({
      outcome: 'unknown',
      inWords: 'not known: DMARC could not be read: ns1.example.com does not answer',
    });
    expect((await findUnsignedMail(DOMAIN, verified, failing)).inWords).toMatch(/out of time$/);
    // Whether the MAIL FROM domain is an organization of its own.
    const known = textsIn(RECORDS);
    const half: FindTexts = (name) => (name.includes(BOUNCE) ? silent(name) : known(name));
    expect((await findUnsignedMail(DOMAIN, verified, half)).outcome).toBe('unknown');
  });
});

describe('the tree walk', () => {
  it('asks eight names at most, from the longest to the top level', () => {
    expect(walkedNames('mail.example.com')).toEqual(['mail.example.com', 'example.com', 'com']);
    const walked = walkedNames('a.b.c.d.e.f.g.h.i.example.com');
    expect(walked.map((name) => name.split('.').length)).toEqual([11, 7, 6, 5, 4, 3, 2, 1]);
    expect(walked[1]).toBe('e.f.g.h.i.example.com');
  });

  const TREE = {
    'mail.shop.example.com': 'here',
    '_dmarc.example.com': 'v=DMARC1; p=reject; sp=quarantine; np=none',
  };

  it('finds the policy three levels up: sp for a domain that exists', async () => {
    expect(await wordsOf(TREE, undefined, 'mail.shop.example.com')).toBe(
      'quarantined: sp=quarantine of example.com and no aligned SPF',
    );
  });

  it('else p, and never np: a domain that SES signs for exists', async () => {
    const withP = { '_dmarc.example.com': 'v=DMARC1; p=quarantine; np=none' };
    expect(await wordsOf(withP, undefined, 'mail.example.com')).toMatch(
      /^quarantined: p=quarantine of example/,
    );
  });

  it.each(['y', 'n'])('ends at the name where it starts with psd=%s (§4.10)', async (psd) => {
    const texts = { ...REJECT, '_dmarc.bounce.example.com': `v=DMARC1; p=none; psd=${psd}` };
    expect(await wordsOf(texts, BOUNCE)).toBe(
      'rejected: p=reject and SPF of bounce.example.com is not aligned',
    );
  });

  it('a record on the way counts only for its own domain, where one further up is the organization’s', async () => {
    const texts = { ...TREE, '_dmarc.shop.example.com': 'v=DMARC1; p=none' };
    expect(await wordsOf(texts, undefined, 'mail.shop.example.com')).toMatch(/^quarantined: sp=/);
    expect(await wordsOf(texts, undefined, 'shop.example.com')).toBe('delivered: p=none');
    const ends = { ...TREE, '_dmarc.shop.example.com': 'v=DMARC1; p=none; psd=n' };
    expect(await wordsOf(ends, undefined, 'mail.shop.example.com')).toBe(
      'delivered: p=none of shop.example.com',
    );
  });

  it('takes the public suffix’s policy where the organization has none', async () => {
    const texts = { '_dmarc.com': 'v=DMARC1; p=none; sp=reject; psd=y', 'example.com': 'here' };
    expect(await wordsOf(texts)).toMatch(/^rejected: sp=reject of com/);
    const own = { ...texts, '_dmarc.example.com': 'v=DMARC1; p=quarantine' };
    expect(await wordsOf({ ...own, 'mail.example.com': 'here' }, undefined, 'mail.example.com')).toMatch(
      /^quarantined: p=quarantine of example\.com/,
    );
    const suffix = { ...own, '_dmarc.example.com': 'v=DMARC1; p=reject; psd=y' };
    expect(await wordsOf(suffix, BOUNCE)).toMatch(
      /^rejected: .* SPF of bounce\.example\.com is not aligned$/,
    );
    // Both under one organization, one label below the suffix.
    expect(await wordsOf(own, BOUNCE)).toBe('passes by SPF (bounce.example.com)');
  });

  it('goes on with its own record, whatever is unknown further up', async () => {
    const find: FindTexts = async (name) =>
      name === '_dmarc.example.com'
        ? textsIn({ [name]: ['v=DMARC1; p=reject'] })(name)
        : { problem: 'nobody answers' };
    expect((await findUnsignedMail(DOMAIN, async () => undefined, find)).outcome).toBe('rejected');
  });
});
