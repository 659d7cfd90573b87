import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
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

  it('says where the story broke off', () => {
    expect(page([passed, broken])).toMatch(/class="failed"[\s\S]*The story ended here\./);
  });
});

const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);

(chromium ? describe : describe.skip)('the report in a browser (Debian: apt-get install chromium)', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'byodkim-report-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Scripts cannot run in the page: a frame around it measures. */
  const measured = (width: number): { overflows: boolean; text: string } => {
    writeFileSync(path.join(folder, 'page.html'), page([passed, broken]));
    writeFileSync(
      path.join(folder, 'frame.html'),
      `<iframe src="page.html" style="width:${width}px;height:600px;border:0"></iframe><pre id="found"></pre><script>
        document.querySelector('iframe').onload = ({ target }) => {
          const { documentElement: root, body } = target.contentDocument;
          found.textContent = JSON.stringify({ overflows: root.scrollWidth > root.clientWidth, text: body.innerText });
        };
      </script>`,
    );
    const { stdout } = spawnSync(
      chromium!,
      [
        ...'--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync'.split(
          ' ',
        ),
        '--disable-component-update',
        '--allow-file-access-from-files',
        '--virtual-time-budget=2000',
        `--user-data-dir=${path.join(folder, `profile-${width}`)}`,
        '--dump-dom',
        `file://${path.join(folder, 'frame.html')}`,
      ],
      { encoding: 'utf8', timeout: 50_000 },
    );
    const [, json = '{}'] = /<pre id="found">(.*?)<\/pre>/s.exec(stdout) ?? [];
    return JSON.parse(json.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'));
  };

  it.each([375, 1200])('fits a screen of %i pixels, long lines and all', (width) => {
    const { overflows, text } = measured(width);
    expect(text).toContain('Publish the record, deploy again');
    expect(text).toContain('<script>alert(1)</script>');
    expect(overflows).toBe(false);
  });
});
