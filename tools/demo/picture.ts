import type { Chapter } from './narrator';

/** A line of a terminal: what it begins with, printed in its own colour, and the rest. */
interface Line {
  readonly kind: 'command' | 'code' | 'label' | 'done' | 'plain';
  readonly head?: string;
  readonly text: string;
}

interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
}

const COLUMNS = 98;
const LABEL_COLUMNS = 9;
const LINE_HEIGHT = 19;
const CHARACTER_WIDTH = 7.85;
const PADDING = 18;
const TITLE_HEIGHT = 34;
const GAP = 16;
const WIDTH = 2 * PADDING + Math.ceil(COLUMNS * CHARACTER_WIDTH);

/**
 * Formats a refused deploy and the one that follows it as an SVG of two terminals. What changes from run to run (ports,
 * keys, times) is shortened, so that the same code makes the same picture.
 * @throws Error if the chapters have no such deploys
 */
export function picture(chapters: readonly Chapter[]): string {
  const at = chapters.findIndex(({ lines }) =>
    lines.some((line) => /^Error {4}DNS_TXT_NOT_READY/.test(line)),
  );
  const [refused, passed] = [chapters[at], chapters[at + 1]];
  if (refused?.outcome === undefined || passed?.outcome === undefined)
    throw new Error('The picture needs a refused deploy and the one after it; the story ended before.');
  return svg([panel(refused), panel(passed)]);
}

const panel = ({ title, lines, mails, outcome }: Chapter): Panel => ({
  title,
  lines: [
    ...unwrapped(lines.flatMap((text) => text.split('\n'))).flatMap((line) => wrapped(shortened(line))),
    ...mails.map(({ when, verdict }) => `a mail sent ${when}: ${verdict}`),
    `✓ ${outcome}`,
  ].map(lineOf),
});

/** Joins the lines of the error block that its printer has broken. */
function unwrapped(lines: readonly string[]): string[] {
  const joined: string[] = [];
  for (const line of lines)
    if (line.startsWith(' '.repeat(LABEL_COLUMNS))) joined.push(`${joined.pop() ?? ''} ${line.trim()}`);
    else joined.push(line);
  return joined;
}

const shortened = (line: string): string =>
  line
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:53')
    .replace(/SHA256:[\w+/=]+/g, 'SHA256:…')
    .replace(/\bp=([\w+/=]{20})[\w+/=]+/g, 'p=$1…')
    .replace(/ after \d+s$/, '')
    .replace(/ \(\d+\.\d s\)$/, '');

function wrapped(line: string): string[] {
  if (line.length <= COLUMNS) return [line];
  const indent = LABEL.test(line) ? LABEL_COLUMNS : 0;
  const end = line.lastIndexOf(' ', COLUMNS);
  const at = end > indent ? end : COLUMNS;
  return [line.slice(0, at), ...wrapped(`${' '.repeat(indent)}${line.slice(at).trimStart()}`)];
}

const LABEL = /^(Error|Domain|Reason|SES now|Who|To do|Look|) {2,}(?=\S)/;

function lineOf(text: string): Line {
  if (text.startsWith('$ ')) return { kind: 'command', head: '$', text: text.slice(1) };
  if (text.startsWith('✓ ')) return { kind: 'done', head: '✓', text: text.slice(1) };
  const [head] = LABEL.exec(text) ?? [];
  if (head === undefined || head.trim() === '') return { kind: 'plain', text };
  return { kind: head.startsWith('Error') ? 'code' : 'label', head, text: text.slice(head.length) };
}

function svg(panels: readonly Panel[]): string {
  const heights = panels.map(({ lines }) => TITLE_HEIGHT + 2 * PADDING + (lines.length - 1) * LINE_HEIGHT);
  const height = heights.reduce((sum, each) => sum + each + GAP, -GAP);
  const tops = heights.map((_, index) => heights.slice(0, index).reduce((sum, each) => sum + each + GAP, 0));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title description">
<title id="title">A refused deploy, and one that passes</title>
<desc id="description">${escaped(panels.map(({ title, lines }) => `${title}: ${lines.at(-1)!.text.trim()}.`).join(' '))}</desc>
<style>
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; fill: #1f2328; white-space: pre; }
.panel { fill: #f6f8fa; stroke: #d1d9e0; }
.title, .label { fill: #59636e; }
.command { font-weight: bold; }
.prompt { fill: #0969da; }
.code { fill: #d1242f; font-weight: bold; }
.done { fill: #1a7f37; font-weight: bold; }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc; }
.panel { fill: #151b23; stroke: #3d444d; }
.title, .label { fill: #9198a1; }
.prompt { fill: #4493f8; }
.code { fill: #f85149; }
.done { fill: #3fb950; }
}
</style>
${panels.map((each, index) => panelAt(each, tops[index]!, heights[index]!)).join('\n')}
</svg>
`;
}

const panelAt = ({ title, lines }: Panel, top: number, height: number): string =>
  [
    `<rect class="panel" x="0.5" y="${top + 0.5}" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>`,
    `<text class="title" x="${PADDING}" y="${top + 24}">${escaped(title)}</text>`,
    ...lines
      .map((line, index) => ({ line, y: top + TITLE_HEIGHT + PADDING + index * LINE_HEIGHT }))
      .filter(({ line }) => line.text !== '')
      .map(({ line, y }) => `<text xml:space="preserve" x="${PADDING}" y="${y}">${spans(line)}</text>`),
  ].join('\n');

function spans({ kind, head = '', text }: Line): string {
  switch (kind) {
    case 'command':
      return `${span('prompt', head)}${span('command', text)}`;
    case 'done':
      return span('done', head + text);
    case 'code':
      return `${span('label', head)}${span('code', text)}`;
    case 'label':
      return `${span('label', head)}${escaped(text)}`;
    default:
      return escaped(text);
  }
}

const span = (name: string, text: string): string => `<tspan class="${name}">${escaped(text)}</tspan>`;

/** Escapes text for XML: nothing that was printed becomes markup. */
const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
