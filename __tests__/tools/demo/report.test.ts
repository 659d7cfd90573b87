import type { Chapter } from '../../../tools/demo/narrator';
import { reportPage } from '../../../tools/demo/report/page';

const LONG = 'v=DKIM1;k=rsa;p='.padEnd(400, 'MIIBIjANBgkqhkiG9w0');
const HOSTILE = '<script>alert(1)</script><img src=https://example.net/x onerror=alert(1)>"\'&';
const passed: Chapter = {
  title: 'Publish the record, deploy again',
  outcome: 'SES says SUCCESS',
  seconds: 3,
  stopped: false,
  lines: ['$ cdktf deploy example.com', LONG],
  witness: {
    dkim: { Status: 'SUCCESS', SigningAttributesOrigin: 'EXTERNAL', SigningEnabled: true, Tokens: ['s1'] },
    servers: [{ server: 'ns1.example.com (192.0.2.1:53)', verdict: 'ready', said: LONG }],
  },
  mails: [
    {
      when: 'after it',
      header: `DKIM-Signature: v=1; d=example.com; s=s1; b=${LONG}`,
      verifiedBy: 's1',
      verdict: 'signed by s1, verified',
    },
    { when: 'before', header: '', verifiedBy: null, verdict: 'nobody has signed it' },
  ],
};
const broken: Chapter = {
  title: HOSTILE,
  seconds: 1,
  stopped: false,
  lines: [HOSTILE],
  mails: [{ when: HOSTILE, header: HOSTILE, verifiedBy: null, verdict: HOSTILE }],
};
const page = (chapters: readonly Chapter[]): string =>
  reportPage({ title: 'The demo', on: 'a sandbox', startedAt: new Date(0), chapters });

describe('the report', () => {
  it('shows what SES has, what each server said, and who signed', () => {
    const html = page([passed]);
    for (const shown of [
      'SUCCESS',
      'EXTERNAL',
      'ns1.example.com (192.0.2.1:53)',
      'signed by s1, verified',
      'nobody has signed it',
    ])
      expect(html).toContain(shown);
  });

  it('lets nothing that was said become markup, and asks nobody for anything', () => {
    const html = page([broken]);
    expect(html).not.toMatch(/<(script|img|link|iframe|object)|@import|url\(|<[^>]+ (src|href)=.?https?:/i);
    expect(html).toContain("default-src 'none'");
  });
});
