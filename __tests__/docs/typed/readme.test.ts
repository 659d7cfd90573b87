import { Desk } from '../support/desk';
import { follow } from '../support/follow';
import { readPage } from '../support/pages';
import { storyOf } from '../support/story';

/** The page is typed from top to bottom, as it stands there, in a fresh clone. */
describe('README.md', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await Desk.open(['example.com']);
  });
  afterAll(() => desk.close());

  follow(storyOf(readPage('README.md')), () => desk);

  it('has the domain signed with the reader’s own key', async () => {
    const { DkimAttributes } = await desk.practice.sandbox.call('ses', 'GetEmailIdentity', {
      EmailIdentity: 'example.com',
    });
    expect(DkimAttributes).toMatchObject({ Status: 'SUCCESS', SigningEnabled: true, Tokens: ['s1'] });
  });
});
