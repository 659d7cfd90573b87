import { Desk } from '../support/desk';
import { canType, countOf, follow } from '../support/follow';
import { pages } from '../support/pages';
import { storyOf } from '../support/story';

/** README.md and the exercises have tests of their own; the Japanese pages give the same commands as the English ones. */
const ELSEWHERE = /^README\.md$|^docs\/exercises\.md$|\.ja\.md$/;

const stories = pages().map((page) => ({ file: page.file, scenes: storyOf(page) }));
const followed = stories.filter(
  ({ file, scenes }) => !ELSEWHERE.test(file) && countOf(scenes).typed.length > 0,
);

/** Each page is typed from top to bottom, as it stands there, in a fresh clone. */
describe.each(followed)('$file', ({ scenes }) => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await Desk.open(['example.com']);
  });
  afterAll(() => desk.close());

  follow(scenes, () => desk);
});

it('counts what is not run', () => {
  const lines = stories.flatMap(({ file, scenes }) =>
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
      `${typed.length} blocks of ${followed.length} pages are typed, ${lines.length} are not:`,
      ...lines,
      `${passedOver.length} commands of typed blocks are passed over on this machine:`,
      ...passedOver,
    ].join('\n  ')}\n`,
  );
});
