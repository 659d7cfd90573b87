import { documents } from '../../tools/docs/documents';
import { mistakesOf } from './support/mistakes';
import { fencesOf, inlineCodeOf, pages } from './support/pages';
import { commandsIn } from './support/shell';

/** Generated pages are made of what this test would compare them with. */
const generated = new Set(documents.map(({ path }) => path));
const written = pages().filter(({ file }) => !generated.has(file));
const inBlocks = written.flatMap((page) =>
  fencesOf(page, 'sh').flatMap((body) => commandsIn(body).map((command) => ({ page, command }))),
);
const inSentences = written.flatMap((page) =>
  inlineCodeOf(page)
    .filter((code) => /^(?:npm|npx|byodkim|aws|tofu|cdktf) /.test(code))
    .flatMap((code) => commandsIn(code.replaceAll(/<[^>]*>/g, 'x')).map((command) => ({ page, command }))),
);

describe('the commands in the pages', () => {
  it('are found', () => {
    const count = (program: string) =>
      [...inBlocks, ...inSentences].filter(({ command }) => command[0] === program).length;
    expect(count('npm')).toBeGreaterThan(60);
    expect(count('aws')).toBeGreaterThan(15);
    expect(count('byodkim')).toBeGreaterThan(2);
  });

  it('can be typed as they are printed', () => {
    const wrong = [
      ...inBlocks.map((found) => ({ ...found, mistakes: mistakesOf(found.command, false) })),
      ...inSentences.map((found) => ({ ...found, mistakes: mistakesOf(found.command, true) })),
    ].filter(({ mistakes }) => mistakes.length > 0);
    expect(
      wrong.map(
        ({ page, command, mistakes }) => `${page.file}: ${command.join(' ')}: ${mistakes.join(', ')}`,
      ),
    ).toEqual([]);
  });
});
