import { readDmarc } from '../../../handlers/mail-domain/dmarc';
import { readSpf } from '../../../handlers/mail-domain/spf';
import recorded from './checkdmarc.json';
import { textsIn } from './texts-in';

/**
 * What checkdmarc says of records, recorded once (it is Python). Each case has the texts of a small DNS, the domain that is
 * asked for, and what checkdmarc answers; `differs` gives the reason where the RFC says otherwise.
 */
interface Case {
  readonly kind: string;
  readonly domain: string;
  readonly texts: Readonly<Record<string, readonly string[] | undefined>>;
  readonly checkdmarc: {
    readonly valid: boolean;
    readonly ses?: boolean;
    readonly location?: string;
    readonly tags?: Readonly<Record<string, string | undefined>>;
  };
  readonly differs?: string;
}

/** What a record comes to: whether mail of SES passes, or the policy and where it is. */
const theirs = ({ kind, domain, checkdmarc: { valid, ses, location, tags } }: Case): string => {
  if (kind === 'spf') return valid && ses ? 'passes' : 'does not pass';
  const policy = location === domain ? tags?.p : (tags?.sp ?? tags?.p);
  return policy === undefined || !valid ? 'no policy' : `${policy} of ${location}`;
};

const ours = async ({ kind, domain, texts }: Case): Promise<string> => {
  const find = textsIn(texts);
  if (kind === 'spf')
    return (await readSpf(texts[domain] ?? [], find)).kind === 'passes' ? 'passes' : 'does not pass';
  const dmarc = await readDmarc(domain, find);
  if ('problem' in dmarc) return dmarc.problem;
  return dmarc.policy ? `${dmarc.policy.published} of ${dmarc.policy.recordDomain}` : 'no policy';
};

describe(`beside checkdmarc ${recorded.version}`, () => {
  const cases: readonly Case[] = recorded.cases;

  it('has a few dozen records of each kind to compare', () => {
    expect(cases.length).toBeGreaterThanOrEqual(60);
  });

  it.each(cases.filter(({ differs }) => differs === undefined).map((each) => [show(each), each] as const))(
    'judges alike: %s',
    async (_, each) => expect(await ours(each)).toBe(theirs(each)),
  );

  it.each(cases.filter(({ differs }) => differs).map((each) => [show(each), each.differs, each] as const))(
    'judges otherwise: %s, since %s',
    async (_, __, each) => expect(await ours(each)).not.toBe(theirs(each)),
  );
});

function show({ domain, texts }: Case): string {
  return `${JSON.stringify(Object.values(texts)[0])} for ${domain}`;
}
