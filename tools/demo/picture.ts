import type { Chapter } from './narrator';

interface Panel {
  readonly title: string;
  readonly lines: readonly string[];
}

const COLUMNS = 98;
const LABEL_COLUMNS = 9;
const LINE_HEIGHT = 19;
const PADDING = 18;
const TITLE_HEIGHT = 34;
const GAP = 16;
const WIDTH = 2 * PADDING + Math.ceil(COLUMNS * 7.85);

/** Matches the beginning of a line in the error block: a label, or as many spaces. */
const LABEL = /^(?:[A-Z]\w+(?: \w+)? {2,}| {9})(?=\S)/;
/** Colours of lines: the class of a line's beginning, and that of the rest. */
const COLOURS = [
  [/^(\$)( .*)$/, 'prompt', 'command'],
  [/^(✓ .*)()$/, 'done', 'done'],
  [/^(Error {4})(.*)$/, 'label', 'code'],
  [/^([A-Z]\w+(?: \w+)? {2,})(.*)$/, 'label', 'plain'],
] as const;

/**
 * Formats a refused deploy and the one that follows it as an SVG of two terminals. Values that change from run to run
 * (ports, keys, times) are shortened, so that the same code makes the same picture.
 * @throws Error if the chapters contain no such deploys
 */
export function picture(chapters: readonly Chapter[]): string {
  const at = chapters.findIndex(({ lines }) => lines.includes('Error    DNS_TXT_NOT_READY'));
  const [refused, passed] = [chapters[at], chapters[at + 1]];
  if (refused?.outcome === undefined || passed?.outcome === undefined)
    throw new Error('The picture needs a refused deploy and the one after it; the story ended before.');
  return svg([panel(refused), panel(passed)]);
}

const panel = ({ title, lines, outcome }: Chapter): Panel => ({
  title,
  lines: [...inOrder(unwrapped(lines)).flatMap((line) => wrapped(shortened(line))), `✓ ${outcome}`],
});

/** What the engine makes at once, and so ends in any order. */
const AT_ONCE = 'terraform_data ';

/** Sorts neighbouring lines about what is made at once: on another run they end the other way round. */
function inOrder(lines: readonly string[]): string[] {
  const ordered: string[] = [];
  for (const line of lines) {
    let at = ordered.length;
    while (line.startsWith(AT_ONCE) && ordered[at - 1]?.startsWith(AT_ONCE) && ordered[at - 1]! > line)
      at -= 1;
    ordered.splice(at, 0, line);
  }
  return ordered;
}

/** Joins the lines into which the printer has broken the error block, and leaves out the headers of messages. */
function unwrapped(lines: readonly string[]): string[] {
  const joined: string[] = [];
  for (const line of lines.filter((each) => !/^ *DKIM-Signature:/.test(each)))
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

function svg(panels: readonly Panel[]): string {
  const heights = panels.map(({ lines }) => TITLE_HEIGHT + 2 * PADDING + (lines.length - 1) * LINE_HEIGHT);
  const height = heights.reduce((sum, each) => sum + each + GAP, -GAP);
  const tops = heights.map((_, index) => heights.slice(0, index).reduce((sum, each) => sum + each + GAP, 0));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title description">
<title id="title">A refused deploy, and one that passes</title>
<desc id="description">${escaped(panels.map(({ title, lines }) => `${title}: ${lines.at(-1)!.slice(2)}.`).join(' '))}</desc>
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
      .filter(({ line }) => line !== '')
      .map(({ line, y }) => `<text xml:space="preserve" x="${PADDING}" y="${y}">${coloured(line)}</text>`),
  ].join('\n');

function coloured(line: string): string {
  for (const [pattern, ...classes] of COLOURS) {
    const parts = pattern.exec(line)?.slice(1);
    if (parts)
      return parts
        .map((part, at) => part && `<tspan class="${classes[at]}">${escaped(part)}</tspan>`)
        .join('');
  }
  return escaped(line);
}

/** Escapes text for XML, so that no printed text becomes markup. */
const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
