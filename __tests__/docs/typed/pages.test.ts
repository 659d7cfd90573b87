import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pack } from '../../package/support/empty-project';
import { Desk } from '../support/desk';
import { canType, countOf, follow, forPackage } from '../support/follow';
import { pages } from '../support/pages';
import { type Scene, storyOf } from '../support/story';
import { CLONE, type Way, withPackage } from '../support/ways';

// The package is built and packed first.
jest.setTimeout(600_000);

/** The exercises have a test of their own; the Japanese pages give the same commands as the English ones. */
const ELSEWHERE = /^docs\/exercises\.md$|\.ja\.md$/;
/** `npm test` types it in a clone. */
const README = 'README.md';

interface Story {
  readonly file: string;
  readonly scenes: readonly Scene[];
}

const inClone: readonly Story[] = pages().map((page) => ({ file: page.file, scenes: storyOf(page) }));
const inPackage: readonly Story[] = inClone.map(({ file, scenes }) => ({ file, scenes: forPackage(scenes) }));

const WAYS: readonly (readonly [name: string, all: readonly Story[], followed: readonly Story[]])[] = [
  ['a clone', inClone, followedIn(inClone).filter(({ file }) => file !== README)],
  ['the package', inPackage, followedIn(inPackage)],
];

function followedIn(all: readonly Story[]): readonly Story[] {
  return all.filter(({ file, scenes }) => !ELSEWHERE.test(file) && countOf(scenes).typed.length > 0);
}

let packed: string;
let waysByName: Readonly<Record<string, Way>>;
beforeAll(() => {
  packed = mkdtempSync(path.join(tmpdir(), 'byodkim-packed-'));
  waysByName = { 'a clone': CLONE, 'the package': withPackage(pack(packed).file) };
});
afterAll(() => rmSync(packed, { recursive: true, force: true }));

describe.each(WAYS)('with %s', (way, all, followed) => {
  /** Each page is typed from top to bottom, as it stands there. */
  describe.each(followed)('$file', ({ scenes }) => {
    let desk: Desk;
    beforeAll(async () => {
      desk = await Desk.open(['example.com'], waysByName[way]);
    });
    afterAll(() => desk.close());

    follow(scenes, () => desk);
  });

  it('counts what is not run', () => {
    const lines = all.flatMap(({ file, scenes }) =>
      countOf(scenes).notRun.map(({ at, notRun }) => `${file}:${at}: ${notRun}`),
    );
    const typed = followed.flatMap(({ file, scenes }) =>
      countOf(scenes).typed.map(({ at, commands }) => ({ place: `${file}:${at}`, commands })),
    );
    const passedOver = typed.flatMap(({ place, commands }) =>
      commands.filter((command) => !canType(command)).map((command) => `${place}: ${command}`),
    );
    process.stdout.write(
      `${[
        `With ${way}, ${typed.length} blocks of ${followed.length} pages are typed, ${lines.length} are not:`,
        ...lines,
        `${passedOver.length} commands of typed blocks are passed over on this machine:`,
        ...passedOver,
      ].join('\n  ')}\n`,
    );
  });
});
