import { reviewAsMarkdown } from '../../../cli/review/markdown';

const told = (name: string, before: unknown, after: unknown): string =>
  reviewAsMarkdown({
    base: 'a',
    domains: [],
    changes: {
      settings: [{ path: `control.allow.${name}`, before, after }],
      regionsAdded: [],
      regionsRemoved: [],
    },
    exitCode: 0,
  });

const WIDER = /: \*\*everyone who may invoke the function may [^*]+\*\*\.$/;
const NARROWER = /: what asks for more than that is refused from then on/;

describe('a change of control.allow', () => {
  it.each([
    ['servers', undefined, ['192.0.2.66:53']],
    ['servers', ['192.0.2.1:53'], ['192.0.2.1:53', '192.0.2.66:53']],
    ['recursive', undefined, true],
    ['irreversible', ['example.com'], true],
    ['irreversible', undefined, ['example.com']],
  ])(
    '%s: says what may be asked for, from %j to %j, and of the way back that it is refused',
    (name, less, more) => {
      expect(told(name, less, more)).toMatch(WIDER);
      expect(told(name, less, more)).not.toMatch(NARROWER);
      expect(told(name, more, less)).toMatch(NARROWER);
      expect(told(name, more, less)).not.toMatch(/\*\*whoever/);
    },
  );

  it('says both where one takes the place of another', () => {
    expect(told('servers', ['192.0.2.1'], ['192.0.2.2'])).toMatch(
      /\*\*everyone .*\*\*; what asks for more than that/,
    );
  });
});
