import fc from 'fast-check';
import {
  cutReview,
  type Review,
  type ReviewedDomain,
  reviewAsData,
  reviewAsMarkdown,
} from '../../../cli/review/markdown';
import { meaningOf } from '../../../cli/review/meaning';
import type { Caution, Meaning } from '../../../cli/words/meaning';
import type { Obstacle, Readiness } from '../../../cli/words/readiness';
import { HARMLESS } from '../../../handlers/contract/settings/consequence';
import { settingsOf } from '../../../handlers/contract/settings/setting';
import { SETTINGS } from '../../../handlers/contract/settings/settings';
import type { ListedDomain } from '../../../list/domain-list';

const listed = (domain: string): ListedDomain => ({
  domain,
  name: domain,
  selector: 's1',
  region: 'eu-west-1',
  stack: domain,
  line: 1,
});
const MEANING: Meaning = {
  effect: {
    code: 'ADDED',
    facts: { selector: 's1', home: undefined, identity: 'managed', makesKey: false, now: null },
  },
  signs: { before: { kind: 'nothing' }, after: 's1' },
  destroy: { code: 'REMOVES_IDENTITY', facts: {} },
  cautions: [],
};
const leave = (selector: string): Caution => ({ code: 'LEAVE_RECORD', facts: { selector, days: 7 } });
const READY: Readiness = {
  code: 'RECORD',
  facts: { standing: { code: 'READY', facts: { on: 2, of: 2 } } },
  exitCode: 0,
  isPublished: true,
  next: { code: 'DEPLOY', facts: {} },
  obstacles: [],
};
const reported = (message: string): Obstacle => ({
  stack: 'example.com',
  kind: 'error',
  error: { message },
});
const withAlias = (target: string): Readiness => ({ ...READY, code: 'NO_ALIAS', facts: { target } });
const added = (domain: string, more: Partial<ReviewedDomain> = {}): ReviewedDomain => ({
  change: { kind: 'added', after: listed(domain) },
  meaning: MEANING,
  readiness: READY,
  ...more,
});
const review = (more: Partial<Review> = {}): Review => ({
  base: '1a2b3c4',
  domains: [],
  changes: { settings: [], regionsAdded: [], regionsRemoved: [] },
  refusals: [],
  cautions: [],
  harms: [],
  exitCode: 0,
  ...more,
});

describe('a review as Markdown', () => {
  it('has codes, facts and sentences for scripts', () => {
    const refusal = { code: 'RECORD_MOVES', facts: { stack: 'a.example', from: 'Z1', to: 'Z2' } } as const;
    const domains = [added('a.example', { meaning: { ...MEANING, cautions: [leave('s0')] } })];
    expect(reviewAsData(review({ domains, refusals: [refusal], exitCode: 3 }))).toMatchObject({
      code: 'WRONG',
      domains: [
        {
          meaning: {
            effect: { code: 'ADDED', text: 'an identity is made and signs with selector s1' },
            signs: { before: { kind: 'nothing' }, after: 's1', text: 'nothing → s1' },
            destroy: { code: 'REMOVES_IDENTITY' },
            cautions: [{ code: 'LEAVE_RECORD', facts: { selector: 's0', days: 7 } }],
          },
          readiness: { code: 'RECORD', words: 'ready on 2 of 2 servers' },
        },
      ],
      refusals: [{ ...refusal, text: expect.stringContaining('from hosted zone Z1 to Z2') }],
    });
  });

  it('reports that nothing changes', () => {
    expect(reviewAsMarkdown(review())).toBe(
      '## BYODKIM: no domain changes\n\nNothing has to be proved in DNS.\n\nCompared: `1a2b3c4` with the working tree.',
    );
  });

  it('is not ready if mail is harmed, regardless of DNS', () => {
    const harms = [{ code: 'FEEDBACK_OFF', facts: { stacks: ['a.example'] } }] as const;
    const text = reviewAsMarkdown(review({ domains: [added('a.example')], harms, exitCode: 2 }));
    expect(text).toContain(
      '**Decide this first, whatever DNS says:** SES no longer mails bounces and complaints of a.example',
    );
    expect(text).toContain('1 of 1 domain would pass the gate.');
    expect(text).not.toContain('Ready to deploy');
  });

  it('shows the DNS result of a domain that is not ready, folded', () => {
    const notReady = added('b.example', {
      readiness: {
        code: 'RECORD',
        facts: { standing: { code: 'MISSING', facts: { on: 2, of: 2 } } },
        exitCode: 2,
        isPublished: false,
        obstacles: [reported('a\n```\nb')],
        next: { code: 'PUBLISH_ALIAS', facts: {} },
      },
    });
    const text = reviewAsMarkdown(review({ domains: [added('a.example'), notReady], exitCode: 2 }));
    expect(text).toContain('**Not ready to deploy yet.** 1 of 2 domains would pass the gate.');
    expect(text).toContain('<summary>b.example: missing on 2 of 2 servers</summary>');
    expect(text).toContain('````text\na\n```\nb\n````');
  });

  describe('cut for a comment', () => {
    const BYTES = 65_000;
    const READERS_ADDED = {
      path: 'control.keyStore.readers',
      before: undefined,
      after: ['arn:aws:iam::123456789012:role/backup'],
    };
    const of = (count: number, more: Partial<Review> = {}) =>
      review({
        domains: Array.from({ length: count }, (_, at) =>
          added(`customer-${at}.example`, { meaning: { ...MEANING, cautions: [leave(`s${at % 3}`)] } }),
        ),
        changes: { settings: [READERS_ADDED], regionsAdded: [], regionsRemoved: [] },
        ...more,
      });

    it.each([250, 400, 3_000])(
      'keeps every caution of %i domains, and counts what it leaves out',
      (count) => {
        const { text, isFit } = cutReview(of(count), BYTES);
        expect(isFit).toBe(true);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(BYTES);
        expect(text).toContain('**the added principals can read private keys**');
        for (const selector of ['s0', 's1', 's2']) expect(text).toContain(`Leave the record of ${selector} `);
        const rows = text.match(/^\| `customer-\d+\.example` \|.*\|$/gm)!.length;
        expect(rows).toBeGreaterThan(100);
        const left = count - rows;
        const notice = `**This review is cut.** Left out: ${left} of ${count} entries.`;
        expect(text.includes(notice)).toBe(left > 0);
        expect(text.indexOf('### Caution')).toBeLessThan(text.indexOf('| domain |'));
      },
    );

    it.each([
      ['control.topics.dns.subscribers', ['https://evil.example/x']],
      ['control.topics.audit', 'arn:aws:sns:eu-west-1:210987654321:t'],
    ])('keeps who gets notices among 400 domains: %s', (path, after) => {
      const settings = [{ path, before: undefined, after }];
      const { text } = cutReview(
        of(400, { changes: { settings, regionsAdded: [], regionsRemoved: [] } }),
        BYTES,
      );
      expect(text).toContain('**This review is cut.**');
      expect(text).toMatch(new RegExp(`### Caution\\n\\n- \`${path}: default →`));
    });

    it('shows entries that are not ready first, each with its report, in the order of the list', () => {
      const obstacles = [reported('what DNS says')];
      const wrong = added('last.example', { readiness: { ...READY, exitCode: 3, obstacles } });
      const { text } = cutReview(review({ domains: [...of(400).domains, wrong] }), BYTES);
      expect(text).toMatch(/`customer-0\.example`[\s\S]*`last\.example`[\s\S]*<summary>last\.example: /);
      expect(text).not.toContain('`customer-399.example`');
    });

    it('leaves out an entry that is too long with all that come after it, and still shows the cautions', () => {
      const long = added('long.example', { readiness: withAlias('x'.repeat(BYTES)) });
      const { text, isFit } = cutReview(review({ domains: [long, ...of(3).domains] }), BYTES);
      expect(isFit).toBe(true);
      expect(text).toContain('Left out: 4 of 4 entries.');
      expect(text).toContain('Leave the record of s0 ');
      expect(text).not.toContain('| domain |');
    });

    it('adds no entry that would exceed the size', () => {
      const { text } = cutReview(of(400), BYTES);
      const row = text.match(/^\| `customer-0\.example`.*$/m)![0];
      expect(Buffer.byteLength(text)).toBeGreaterThan(BYTES - 2 * Buffer.byteLength(row));
    });

    it('judges no change whose other settings do not fit', () => {
      const settings = [{ path: 'control.functionName', before: undefined, after: 'x'.repeat(BYTES) }];
      const changes = { settings, regionsAdded: [], regionsRemoved: [] };
      expect(cutReview(of(1, { changes }), BYTES).isFit).toBe(false);
    });

    it('leaves out nothing that fits', () => {
      expect(cutReview(of(10), BYTES)).toEqual({ text: reviewAsMarkdown(of(10)), isFit: true });
    });

    it('judges no change whose cautions do not fit', () => {
      const readers = Array.from({ length: 2_000 }, (_, at) => `arn:aws:iam::123456789012:role/team-${at}`);
      const settings = [{ ...READERS_ADDED, after: readers }];
      const { text, isFit } = cutReview(
        of(1, { changes: { settings, regionsAdded: [], regionsRemoved: [] } }),
        BYTES,
      );
      expect(isFit).toBe(false);
      expect(text).toMatch(
        /\*\*Do not approve by this text: the 2 cautions and the settings of this change have more than 65000 bytes/,
      );
      expect(text).not.toContain('Ready to deploy');
    });
  });

  it('keeps the text of a cell within its cell', () => {
    const odd = added('a.example', { readiness: withAlias('a | b\nc\\') });
    expect(reviewAsMarkdown(review({ domains: [odd] }))).toContain(
      '| ✅ no alias of a \\| b c\\\\ | removes',
    );
  });

  it('lists dangers, regions and other settings', () => {
    const text = reviewAsMarkdown(
      review({
        domains: [added('a.example', { meaning: { ...MEANING, cautions: [leave('s0')] } })],
        changes: {
          settings: [
            { path: 'backend.type', before: 'local', after: 's3' },
            { path: 'control.functionName', before: undefined, after: 'x' },
          ],
          regionsAdded: ['eu-west-1'],
          regionsRemoved: ['us-east-1'],
        },
      }),
    );
    expect(text).toContain('\n- `a.example`: Leave the record of s0 published until 7 days');
    expect(text).toContain('- eu-west-1: the first deploy makes a control plane there');
    expect(text).toContain('- us-east-1: no domain is left there');
    expect(text).toContain(
      '### Caution\n\n- `backend.type: local → s3`: Terraform looks for its state there.',
    );
    expect(text).toContain('- `control.functionName: default → x`');
  });

  const READER = `arn:aws:iam::123456789012:role/backup/${'x'.repeat(80)}`;
  const [ADMIN, TOPIC] = ['arn:aws:iam::123456789012:role/admin*', 'arn:aws:sns:{region}:210987654321:t'];
  const [CRON, KMS] = ['cron(0 6 * * ? *)', 'arn:aws:kms:eu-west-1:210987654321:key/k'];
  it.each<[string, unknown, unknown, string, string]>([
    [
      'control.keyStore.readers',
      [READER],
      [READER, ADMIN],
      `+ ${ADMIN}`,
      ': **the added principals can read',
    ],
    [
      'control.keyStore.readers',
      undefined,
      [ADMIN],
      `default → ["${ADMIN}"]`,
      ': **the added principals can read',
    ],
    ['control.keyStore.readers', [READER], [], `− ${READER}`, ''],
    ['control.keyStore.writers', [], [ADMIN], `+ ${ADMIN}`, ': **the added principals can store'],
    ['control.keyStore.writers', [ADMIN], [], `− ${ADMIN}`, ''],
    [
      'control.keyStore.alsoRead',
      ['a/'],
      ['b/'],
      '+ b/, − a/',
      ': **the function reads private keys there**',
    ],
    ['control.topics.audit', 'create', TOPIC, `create → ${TOPIC}`, ': notices go there. Check who owns'],
    [
      'control.topics.dns.subscribers',
      ['dns@example.com'],
      ['dns@example.com', 'https://evil.example/x'],
      '+ https://evil.example/x',
      ': **the added subscribers get all notices of this topic**',
    ],
    [
      'control.topics.dns.subscribers',
      undefined,
      ['a@evil.example'],
      'default → ["a@evil.example"]',
      ': **the added',
    ],
    ['control.roles.path', undefined, '/mail/', 'default → /mail/', ': another path replaces the roles'],
    [
      'control.roles.permissionsBoundary',
      ADMIN,
      undefined,
      `${ADMIN} → default`,
      ': this policy limits the roles of the function',
    ],
    [
      'control.audit.schedule',
      undefined,
      CRON,
      `default → ${CRON}`,
      ': the audit runs at that time, with its notices and `heal`.',
    ],
    ['control.logRetentionDays', undefined, 1, 'default → 1', ': older logs of the function are deleted.'],
    ['control.logRetentionDays', 30, undefined, '30 → default', ''],
    [
      'control.notices.contact',
      undefined,
      'https://example.net/login',
      'default → https://example.net/login',
      ': notices name this contact, to whom the DNS team replies.',
    ],
    [
      'provider.allowedAccountIds',
      ['123456789012'],
      ['210987654321'],
      '+ 210987654321, − 123456789012',
      ': **deploys work only in the named accounts**',
    ],
    ['control.keyStore.kmsKeyArn', undefined, KMS, `default → ${KMS}`, ': **the owner of that key can make'],
    [
      'provider.assumeRoleArn',
      READER,
      ADMIN,
      `${READER} → ${ADMIN}`,
      ': **every deploy works as this role**',
    ],
  ])('prints every difference in %s, and its effect', (path, before, after, change, means) => {
    const changes = { settings: [{ path, before, after }], regionsAdded: [], regionsRemoved: [] };
    expect(reviewAsMarkdown(review({ changes }))).toContain(`\n- \`${path}: ${change}\`${means}`);
  });

  const WIDER = /: \*\*everyone who may invoke the function may [^*]+\*\*/;
  const NARROWER = /requests for more than that are refused from then on/;
  it.each([
    ['servers', undefined, ['192.0.2.66:53']],
    ['servers', ['192.0.2.1:53'], ['192.0.2.1:53', '192.0.2.66:53']],
    ['recursive', undefined, true],
    ['irreversible', ['example.com'], true],
    ['irreversible', ['example.com'], ['example.org']],
  ])('explains what control.allow.%s permits, and that its removal leads to refusals', (name, less, more) => {
    const told = (before: unknown, after: unknown) => {
      const settings = [{ path: `control.allow.${name}`, before, after }];
      return reviewAsMarkdown(review({ changes: { settings, regionsAdded: [], regionsRemoved: [] } }));
    };
    const isReplaced = Array.isArray(more) && !more.includes('192.0.2.66:53');
    expect(told(less, more)).toMatch(WIDER);
    expect(NARROWER.test(told(less, more))).toBe(isReplaced);
    expect(told(more, less)).toMatch(NARROWER);
    expect(WIDER.test(told(more, less))).toBe(isReplaced);
  });

  /** Whatever a setting with a caution holds, it stays text: no markup, HTML, link, image or mention. */
  it('escapes each value of a setting with a caution', () => {
    const cautioned = settingsOf(SETTINGS).filter(
      ([, { consequence }]) =>
        consequence !== HARMLESS && consequence.some(({ level }) => level === 'caution'),
    );
    expect(cautioned.length).toBeGreaterThan(5);
    const hostile = fc.oneof(
      fc.constantFrom(
        '<br>**Ready&nbsp;to&nbsp;deploy.**',
        '&commat;acme/owners @acme/owners',
        '![x](https://evil.example/p.png)',
        '`<img src=x>`',
        '``[x](y)``',
        '#``a',
        '```',
      ),
      fc.string({ unit: fc.constantFrom(...'`<>[]()!*_@#:/a&;|~\\\n') }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...cautioned.map(([path]) => path)), hostile, (path, value) => {
        const settings = path
          .split('.')
          .reduceRight<unknown>(
            (inner, name) => ({ [name]: inner }),
            path === 'mailFrom.subdomain' ? value : [value],
          ) as object;
        const after = { ...listed('a.example'), ...settings };
        const change = { kind: 'added', after } as const;
        const text = reviewAsMarkdown(
          review({ domains: [{ change, meaning: meaningOf(change, undefined) }] }),
        );
        const [, cautions = ''] = /### Caution\n\n([\s\S]*?)\n\n\| domain \|/.exec(text) ?? [];
        for (const line of cautions.split('\n')) {
          expect(line).toMatch(/^- `a\.example`: |^$/);
          // Removes escaped text and code.
          const outside = line.replace(/\\.|(?<!(?<!\\)`)(`+)(?!`).*?(?<!`)\1(?!`)/g, ' ');
          expect(outside).not.toMatch(/[<>[\]*`]|[@#](?=\w)|:\/\/|&(?!amp;|lt;|gt;)/);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('reports that the delivery of unsigned mail is unknown', () => {
    const unsignedMail = {
      outcome: 'unknown',
      why: { outcome: 'unknown', unread: { kind: 'dmarc' }, problem: 'nobody answers' },
    } as const;
    const text = reviewAsMarkdown(review({ domains: [added('a.example', { unsignedMail })] }));
    expect(text).toContain(
      'Whether receivers deliver mail that is not signed as its domain, if SES sends it while it verifies',
    );
  });

  it('prints a caution of several domains once', () => {
    const of = (names: string[], caution: Caution) =>
      names.map((name) => added(name, { meaning: { ...MEANING, cautions: [caution] } }));
    const domains = [
      ...of(['a.example', 'b.example'], leave('two')),
      ...of(['c', 'd', 'e', 'f', 'g', 'h', 'i'], leave('seven')),
    ];
    expect(reviewAsMarkdown(review({ domains }))).toMatch(
      /### Caution\n\n- `a\.example`, `b\.example`: Leave the record of two .*\n- `c`, `d`, `e`, `f`, `g` and 2 more: Leave the record of seven /,
    );
  });
});
