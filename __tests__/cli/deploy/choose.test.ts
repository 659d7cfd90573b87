import { CliError } from '../../../cli/cli-error';
import { refuseOrphans, stacksFor } from '../../../cli/deploy/choose';
import type { Action } from '../../../cli/engine/workspace';
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
const stacks = (action: Action, ...names: string[]) => stacksFor(action, { names, all: false }, LIST);
const all = (action: Action) => stacksFor(action, { names: [], all: true }, LIST);

describe('the stacks of a command', () => {
  it.each(['deploy', 'diff'] as const)('take the control stack of the region along for a %s', (action) => {
    expect(stacks(action, 'example.org')).toEqual([EU, 'example.org']);
  });

  it('leave the control stack out if an entry is destroyed', () => {
    expect(stacks('destroy', 'example.com')).toEqual(['example.com']);
  });

  it('are each there once', () => {
    const named = ['example.org', 'example.com'];
    expect(stacks('deploy', ...named, 'example.com')).toEqual([EU, US, ...named]);
    expect(all('deploy')).toHaveLength(5);
    expect(all('destroy')).toEqual(['example.com', 'xn--bcher-kva.example', 'example.org']);
  });

  it('of a list without entries is its control stack', () => {
    const empty = parseDomainList('defaults: { region: eu-west-1 }\ndomains: {}\n', 'domains.yaml');
    expect(stacksFor('deploy', { names: [], all: true }, empty)).toEqual([EU]);
    expect(stacksFor('deploy', { names: [EU], all: false }, empty)).toEqual([EU]);
  });

  it.each(['bücher.example', 'xn--bcher-kva.example', 'Bücher.Example'])('are found as %s', (name) => {
    expect(stacks('destroy', name)).toEqual(['xn--bcher-kva.example']);
  });

  it('can be a control stack by itself, or beside all that need it', () => {
    expect(stacks('deploy', US)).toEqual([US]);
    expect(stacks('destroy', EU, 'example.org')).toEqual([EU, 'example.org']);
    expect(stacksFor('destroy', { names: [EU], all: true }, LIST)).toEqual([...all('destroy'), EU]);
  });
});

describe('refuses', () => {
  it.each<[string, Action, string[], RegExp]>([
    [
      'an unknown entry, with the one that was meant and those that there are',
      'deploy',
      ['exampel.com'],
      /^"exampel\.com" is not in the list\. Did you mean example\.com\? There are: example\.com, xn--bcher-kva\.example, example\.org, /,
    ],
    [
      'an entry that was removed, like another, to destroy',
      'destroy',
      ['exampel.com'],
      /Did you mean example\.com\? What is deployed .* put that back into the list first\. There are: /,
    ],
    ['an unknown entry', 'deploy', ['other.test'], /^"other\.test" is not in the list\. There are: /],
    ['an entry of another region', 'diff', ['example.com@eu-west-1'], /is not in the list/],
    ['none', 'deploy', [], /^Name entries, such as byodkim deploy example\.com, or pass --all\. There are: /],
    [
      'to destroy what the list no longer has',
      'destroy',
      ['own.test'],
      /^"own\.test" is not in the list\. What is deployed .* put that back into the list first\. There are: /,
    ],
  ])('%s', (_, action, names, message) => {
    expect(() => stacks(action, ...names)).toThrow(message);
    expect(() => stacks(action, ...names)).toThrow(CliError);
  });

  it('to destroy a control stack that entries need, unless they are destroyed already', () => {
    const stacks = [US, 'example.com'];
    const states = (...resources: string[]) => new Map([['xn--bcher-kva.example', { resources }]]);
    const refused =
      /^byodkim-control-us-east-1 is needed to destroy xn--bcher-kva\.example\. Name them in the same command\.$/;
    expect(() => refuseOrphans(stacks, LIST, new Map())).toThrow(refused);
    expect(() => refuseOrphans(stacks, LIST, states('a.b'))).toThrow(refused);
    expect(() => refuseOrphans(stacks, LIST, states())).not.toThrow();
  });

  it('to destroy a home without those that sign with its key, whose deploys take its control stack along', () => {
    const shared = parseDomainList(
      `control: { keyStore: { bucket: "keys-{region}" } }
defaults: { region: us-east-1, selector: s1 }
domains: { example.com: , example.com@eu-west-1: , example.com@eu-west-2: }
`,
      'domains.yaml',
    );
    const destroy = (...stacks: string[]) =>
      refuseOrphans(stacks, shared, new Map([['example.com@eu-west-2', { resources: [] }]]));
    expect(() => destroy('example.com')).toThrow(
      /^example\.com has the key and the record that example\.com@eu-west-1 signs with\. Name all in the same command, /,
    );
    expect(() => destroy('example.com', 'example.com@eu-west-1')).not.toThrow();
    expect(() => destroy('example.com@eu-west-1')).not.toThrow();
    const names = ['example.com@eu-west-1'];
    expect(stacksFor('deploy', { names }, shared)).toEqual([EU, US, ...names]);
  });

  it('two ways to choose', () => {
    expect(() => stacksFor('deploy', { names: ['example.com'], all: true }, LIST)).toThrow(
      'Give one of them: entries or --all; found example.com and --all.',
    );
  });
});
