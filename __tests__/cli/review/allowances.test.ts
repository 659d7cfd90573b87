import { reviewAsMarkdown } from '../../../cli/review/markdown';

const told = (name: string, before: unknown, after: unknown): string =>
  reviewAsMarkdown({
    base: 'a',
    head: 'b',
    domains: [],
    changes: {
      settings: [{ path: `control.allow.${name}`, before, after }],
      regionsAdded: [],
      regionsRemoved: [],
    },
    exitCode: 0,
  });

const WIDER = /: \*\*whoever may invoke the function may [^*]+\*\*\.$/;
const NARROWER = /: what asks for more than that is refused from then on/;

describe('a change of control.allow', () => {
  it.each([
    ['nameservers', undefined, ['192.0.2.66:53']],
    ['nameservers', ['192.0.2.1:53'], ['192.0.2.1:53', '192.0.2.66:53']],
    ['resolvers', [], ['192.0.2.66:53']],
    ['withoutResolvers', false, true],
    ['recursive', undefined, true],
    ['irreversible', ['example.com'], true],
    ['irreversible', undefined, ['example.com']],
    ['requiredPercent', undefined, 50],
    ['minimumServers', 2, 1],
    ['answerSeconds', undefined, 1],
    ['roundSeconds', 10, 5],
    ['transport', undefined, ['tcp']],
    ['addressFamily', ['ipv4'], ['ipv4', 'ipv6']],
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
    expect(told('nameservers', ['192.0.2.1'], ['192.0.2.2'])).toMatch(
      /\*\*whoever .*\*\*; what asks for more than that/,
    );
  });
});
