import { type Review, type ReviewedDomain, reviewAsMarkdown } from '../../../cli/review/markdown';
import type { ListedDomain } from '../../../list/domain-list';

const listed = (domain: string): ListedDomain => ({
  domain,
  name: domain,
  selector: 's1',
  region: 'eu-west-1',
  stack: domain,
  line: 1,
});
const MEANING = {
  effect: 'an identity is made',
  signs: 'nothing → s1',
  destroy: 'removes the identity',
  cautions: [],
};
const added = (domain: string, more: Partial<ReviewedDomain> = {}): ReviewedDomain => ({
  change: { kind: 'added', after: listed(domain) },
  meaning: MEANING,
  readiness: {
    exitCode: 0,
    words: 'ready on 2 of 2 servers',
    isPublished: true,
    next: { who: 'you', what: 'deploy' },
  },
  ...more,
});
const review = (more: Partial<Review> = {}): Review => ({
  base: '1a2b3c4',
  domains: [],
  changes: { settings: [], regionsAdded: [], regionsRemoved: [] },
  exitCode: 0,
  ...more,
});

describe('a review as Markdown', () => {
  it('says that nothing changes', () => {
    expect(reviewAsMarkdown(review())).toBe(
      '## BYODKIM: no domain changes\n\nNothing has to be proved in DNS.\n\nCompared: `1a2b3c4` with the working tree.',
    );
  });

  it('is a table with a row per domain', () => {
    expect(reviewAsMarkdown(review({ domains: [added('a.example')] }))).toBe(
      [
        '## BYODKIM: 1 added',
        '**Ready to deploy.** 1 of 1 domain would pass the gate.',
        'Compared: `1a2b3c4` with the working tree.',
        '| domain | change | what it means for SES | signs with | record in DNS | destroy | next |\n' +
          '| --- | --- | --- | --- | --- | --- | --- |\n' +
          '| `a.example` | added | an identity is made | nothing → s1 | ✅ ready on 2 of 2 servers | removes the identity | you: deploy |',
      ].join('\n\n'),
    );
  });

  it('shows what DNS says of a domain that is not ready, folded', () => {
    const notReady = added('b.example', {
      readiness: {
        exitCode: 2,
        words: 'missing on 2 of 2 servers',
        isPublished: false,
        report: 'a\n```\nb',
        next: { who: 'the DNS team', what: 'publish it' },
      },
    });
    const text = reviewAsMarkdown(review({ domains: [added('a.example'), notReady], exitCode: 2 }));
    expect(text).toContain('**Not ready to deploy yet.** 1 of 2 domains would pass the gate.');
    expect(text).toContain('<summary>b.example: missing on 2 of 2 servers</summary>');
    expect(text).toContain('````text\na\n```\nb\n````');
  });

  it('keeps a cell in its cell', () => {
    const odd = added('a.example', { meaning: { ...MEANING, effect: 'a | b\nc', destroy: 'x\\' } });
    expect(reviewAsMarkdown(review({ domains: [odd] }))).toContain(
      '| a \\| b c | nothing → s1 | ✅ ready on 2 of 2 servers | x\\\\ | you: deploy |',
    );
  });

  it('tells dangers, regions and other settings', () => {
    const text = reviewAsMarkdown(
      review({
        domains: [added('a.example', { meaning: { ...MEANING, cautions: ['Careful.'] } })],
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
    expect(text).toContain('### Caution\n\n- `a.example`: Careful.');
    expect(text).toContain('- eu-west-1: a control plane is made there');
    expect(text).toContain('- us-east-1: no domain is left there');
    expect(text).toContain('- `backend.type: local → s3`: Terraform looks for its state there.');
    expect(text).toContain('- `control.functionName: default → x`');
  });
});
