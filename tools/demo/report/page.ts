import type { Chapter } from '../narrator';

export interface ReportFacts {
  readonly title: string;
  /** Where it was played: engine, provider, addresses. */
  readonly on: string;
  readonly startedAt: Date;
  readonly chapters: readonly Chapter[];
}

/** Formats one self-contained page: nothing is fetched, and it reads on a phone. */
export function reportPage({ title, on, startedAt, chapters }: ReportFacts): string {
  const seconds = chapters.reduce((sum, chapter) => sum + chapter.seconds, 0);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${text(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${text(title)}</h1>
<p class="on">${text(on)}<br>${text(startedAt.toISOString())}, ${seconds.toFixed(1)} s in all</p>
${timeline(chapters, seconds)}
${chapters.map(section).join('\n')}
</main>
</body>
</html>
`;
}

/** Formats each step as wide as it took. */
const timeline = (chapters: readonly Chapter[], seconds: number): string =>
  `<ol class="timeline" aria-label="Timeline">${chapters
    .map(
      (chapter, index) =>
        `<li class="${state(chapter)}" style="flex-grow:${share(chapter, seconds)}"><a href="#step-${index + 1}">${index + 1}</a></li>`,
    )
    .join('')}</ol>`;

const share = ({ seconds }: Chapter, all: number): string =>
  Math.max(0.02, seconds / Math.max(all, 0.001)).toFixed(3);

const state = ({ outcome, stopped }: Chapter): string =>
  outcome === undefined ? 'failed' : stopped ? 'stopped' : 'passed';

function section(chapter: Chapter, index: number): string {
  const { title, outcome, seconds, lines, witness, mails } = chapter;
  return `<section id="step-${index + 1}" class="${state(chapter)}">
<h2><span>${index + 1}</span> ${text(title)}</h2>
<p class="outcome">${text(outcome ?? 'The story ended here.')} <small>${seconds.toFixed(1)} s</small></p>
${witness ? seen(witness) : ''}
${mailed(mails)}
${lines.length > 0 ? `<details${outcome === undefined ? ' open' : ''}><summary>Output</summary><pre>${text(lines.join('\n'))}</pre></details>` : ''}
</section>`;
}

function seen({ dkim, servers }: NonNullable<Chapter['witness']>): string {
  const ses = dkim
    ? [
        ['Status', dkim.Status],
        ['Origin', dkim.SigningAttributesOrigin],
        ['Signing', dkim.SigningEnabled ? 'on' : 'off'],
        ['Selector', dkim.Tokens?.join(', ')],
      ]
    : [['Identity', 'none']];
  return [
    table('Amazon SES', ['', ''], ses),
    servers.length > 0
      ? table(
          'What each name server answered',
          ['Server', 'Verdict', 'Answer'],
          servers.map(({ server, verdict, said }) => [server, verdict, said]),
        )
      : '',
  ].join('\n');
}

const mailed = (mails: Chapter['mails']): string =>
  mails.length > 0
    ? table(
        'What a receiver of mail found',
        ['Sent', 'Signature', 'Verified by another program'],
        mails.map(({ when, header, verdict }) => [when, header || 'none', verdict]),
      )
    : '';

const table = (
  caption: string,
  head: readonly string[],
  rows: readonly (readonly (string | undefined)[])[],
): string => `<div class="table"><table><caption>${text(caption)}</caption>
${head.some(Boolean) ? `<thead><tr>${head.map((cell) => `<th>${text(cell)}</th>`).join('')}</tr></thead>` : ''}
<tbody>${rows.map((row) => `<tr>${row.map((cell) => `<td>${text(cell || '—')}</td>`).join('')}</tr>`).join('')}</tbody></table></div>`;

/** Escapes text for HTML: nothing that was printed becomes markup. */
const text = (value: string): string =>
  value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** The page's own look; light and dark, narrow and wide. */
const STYLE = `
:root { color-scheme: light dark; --line: #8884; --passed: #1a7f37; --stopped: #9a6700; --failed: #cf222e; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 56rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; line-height: 1.25; }
h2 { font-size: 1.1rem; margin: 0; }
h2 span { display: inline-block; min-width: 1.6em; text-align: center; border-radius: 1em; color: #fff; background: var(--passed); }
h3 { font-size: 1rem; margin: .75rem 0 0; }
.stopped h2 span { background: var(--stopped); } .failed h2 span { background: var(--failed); }
.on, small { opacity: .7; }
section { border-top: 1px solid var(--line); padding: 1rem 0; }
.outcome { margin: .4rem 0; }
.timeline { display: flex; gap: 2px; list-style: none; margin: 1rem 0; padding: 0; }
.timeline li { min-width: 1.8rem; background: var(--passed); }
.timeline li.stopped { background: var(--stopped); } .timeline li.failed { background: var(--failed); }
.timeline a { display: block; padding: .3rem 0; text-align: center; color: #fff; text-decoration: none; }
.table { overflow-x: auto; }
table { border-collapse: collapse; margin: .5rem 0; }
caption { text-align: left; font-weight: 600; }
th, td { text-align: left; vertical-align: top; padding: .15rem .8rem .15rem 0; overflow-wrap: anywhere; }
td:first-child, th:first-child { white-space: nowrap; }
pre { overflow-x: auto; padding: .6rem; background: #8881; font-size: .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
th:first-child, td:first-child { white-space: nowrap; }
summary { cursor: pointer; }
`;
