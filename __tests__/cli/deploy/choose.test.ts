import { refuseOrphans, stacksFor } from '../../../cli/deploy/choose';
import type { StackAction } from '../../../cli/engine/workspace';
import type { CliError } from '../../../cli/errors/cli-error';
import { parseDomainList } from '../../../list/read-list';

const LIST = parseDomainList(
  `defaults: { region: us-east-1, selector: s1 }
domains:
  example.com:
  bücher.example:
  example.org: { region: eu-west-1 }
`,
  'domains.yaml',
);
const [EU, US] = ['byodkim-control-eu-west-1', 'byodkim-control-us-east-1'] as const;
const stacks = (action: StackAction, ...names: string[]) => stacksFor(action, { names, all: false }, LIST);
const all = (action: StackAction) => stacksFor(action, { names: [], all: true }, LIST);

/** Returns the error of a refusal. */
function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('the stacks of a command', () => {
  it.each(['deploy', 'diff'] as const)('include the control stack of the region for a %s', (action) => {
    expect(stacks(action, 'example.org')).toEqual([EU, 'example.org']);
  });

  it('exclude the control stack if an entry is destroyed', () => {
    expect(stacks('destroy', 'example.com')).toEqual(['example.com']);
  });

  it('are unique', () => {
    const named = ['example.org', 'example.com'];
    expect(stacks('deploy', ...named, 'example.com')).toEqual([EU, US, ...named]);
    expect(all('deploy')).toHaveLength(5);
    expect(all('destroy')).toEqual(['example.com', 'xn--bcher-kva.example', 'example.org']);
  });

  it('are only the control stack for a list without entries', () => {
    const empty = parseDomainList('defaults: { region: eu-west-1 }\ndomains: {}\n', 'domains.yaml');
    expect(stacksFor('deploy', { names: [], all: true }, empty)).toEqual([EU]);
    expect(stacksFor('deploy', { names: [EU], all: false }, empty)).toEqual([EU]);
  });

  it.each(['bücher.example', 'xn--bcher-kva.example', 'Bücher.Example'])('are found as %s', (name) => {
    expect(stacks('destroy', name)).toEqual(['xn--bcher-kva.example']);
  });

  it('can be a control stack by itself, or together with all stacks that need it', () => {
    expect(stacks('deploy', US)).toEqual([US]);
    expect(stacks('destroy', EU, 'example.org')).toEqual([EU, 'example.org']);
    expect(stacksFor('destroy', { names: [EU], all: true }, LIST)).toEqual([...all('destroy'), EU]);
  });
});

describe('refuses', () => {
  const ENTRIES = ['example.com', 'xn--bcher-kva.example', 'example.org'];
  const notInList = (name: string, more: object) => ({
    kind: 'not-in-list',
    name: `"${name}"`,
    stacks: [...ENTRIES, EU, US],
    isDestroy: false,
    meant: undefined,
    ...more,
  });

  it.each<[string, StackAction, string[], object]>([
    [
      'an unknown entry, with the one that was meant and those that there are',
      'deploy',
      ['exampel.com'],
      notInList('exampel.com', { meant: 'example.com' }),
    ],
    [
      'an entry that was removed, like another, to destroy',
      'destroy',
      ['exampel.com'],
      notInList('exampel.com', { meant: 'example.com', isDestroy: true }),
    ],
    ['an unknown entry', 'deploy', ['other.test'], notInList('other.test', {})],
    [
      'an entry of another region, without one of the regions that was not meant',
      'diff',
      ['example.com@us-west-2'],
      notInList('example.com@us-west-2', {}),
    ],
    ['none', 'deploy', [], { kind: 'no-entries', action: 'deploy', stacks: ENTRIES }],
    [
      'to destroy what the list no longer has',
      'destroy',
      ['own.test'],
      notInList('own.test', { isDestroy: true }),
    ],
  ])('%s', (_, action, names, facts) => {
    expect(thrown(() => stacks(action, ...names))).toMatchObject({ code: 'USAGE', facts });
  });

  it('an entry whose region is misspelled, with the one that was meant', () => {
    const several = parseDomainList(
      'defaults: { selector: s1 }\ndomains: { example.com@us-east-1: , example.com@us-west-1: { selector: s2 } }\n',
      'domains.yaml',
    );
    const meantBy = (name: string) => {
      const error = thrown(() => stacksFor('deploy', { names: [name] }, several)) as CliError;
      return (error.facts as { meant?: string }).meant;
    };
    expect(meantBy('example.com@us-esat-1')).toBe('example.com@us-east-1');
    expect(meantBy('exmaple.com@us-west-1')).toBe('example.com@us-west-1');
    expect(meantBy('example.com@us-west-2')).toBeUndefined();
  });

  it('to destroy a control stack that entries need, unless they have been destroyed', () => {
    const stacks = [US, 'example.com'];
    const states = (...resources: string[]) => new Map([['xn--bcher-kva.example', { resources }]]);
    const refused = { facts: { kind: 'control-needed', stack: US, left: ['xn--bcher-kva.example'] } };
    expect(thrown(() => refuseOrphans(stacks, LIST, new Map()))).toMatchObject(refused);
    expect(thrown(() => refuseOrphans(stacks, LIST, states('a.b')))).toMatchObject(refused);
    expect(() => refuseOrphans(stacks, LIST, states())).not.toThrow();
  });

  it('to destroy a home without the entries that sign with its key, whose deploys include its control stack', () => {
    const shared = parseDomainList(
      `control: { keyStore: { bucket: "keys-{region}" } }
defaults: { region: us-east-1, selector: s1 }
domains: { example.com: , example.com@eu-west-1: , example.com@eu-west-2: }
`,
      'domains.yaml',
    );
    const destroy = (...stacks: string[]) =>
      refuseOrphans(stacks, shared, new Map([['example.com@eu-west-2', { resources: [] }]]));
    expect(thrown(() => destroy('example.com'))).toMatchObject({
      facts: { kind: 'home-needed', stack: 'example.com', left: ['example.com@eu-west-1'] },
      // The ways that keep the mail come first.
      message: expect.stringMatching(/with\. Move the home.* Only to roll all of them back/),
    });
    expect(() => destroy('example.com', 'example.com@eu-west-1')).not.toThrow();
    expect(() => destroy('example.com@eu-west-1')).not.toThrow();
    const names = ['example.com@eu-west-1'];
    expect(stacksFor('deploy', { names }, shared)).toEqual([EU, US, ...names]);
  });

  it('two ways of choosing at once', () => {
    const both = () => stacksFor('deploy', { names: ['example.com'], all: true }, LIST);
    expect(thrown(both)).toMatchObject({ facts: { kind: 'entries-and-all', found: ['example.com'] } });
  });
});
