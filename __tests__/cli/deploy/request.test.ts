import { type Command, parseArguments, stacksFor, UsageError } from '../../../cli/deploy/request';
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
const stacks = (command: Command, ...args: string[]) => stacksFor(command, parseArguments(args), LIST);

describe('what was typed', () => {
  it('is names and flags, in any order', () => {
    expect(
      parseArguments(['--parallelism', '2', 'example.com', '--auto-approve', 'example.org', '-o', 'out']),
    ).toEqual({
      names: ['example.com', 'example.org'],
      all: false,
      notReady: false,
      approve: true,
      parallelism: 2,
      output: 'out',
    });
  });

  it('is for four stacks at once, and asks, where nothing else is said', () => {
    expect(parseArguments(['--all'])).toEqual({
      names: [],
      all: true,
      notReady: false,
      approve: false,
      parallelism: 4,
    });
    expect(parseArguments(['--changed', 'origin/main'])).toMatchObject({ changed: 'origin/main' });
    expect(parseArguments(['--not-ready'])).toMatchObject({ notReady: true });
  });

  it.each([
    [['example.com', '--all'], /Give one of them: .*found example\.com and --all\.$/],
    [['--all', '--not-ready'], /found --all and --not-ready\.$/],
    [['example.com', 'example.com'], /^Found example\.com twice, allowed: each domain once\.$/],
    [['example.com', 'EXAMPLE.com'], /^Found example\.com twice/],
    [['bücher.example', 'xn--bcher-kva.example'], /^Found xn--bcher-kva\.example twice/],
    [['example.com', '--parallelism', '0'], /^--parallelism: found "0", allowed: a number from 1 to 99\.$/],
    [
      ['example.com', '--refresh-only'],
      /Unknown option '--refresh-only'\. There are: --all, --changed, .*npx cdktf/,
    ],
  ])('refuses %j', (args, message) => {
    expect(() => parseArguments(args)).toThrow(message);
  });
});

describe('the stacks of a command', () => {
  it('take the control plane of the region along, before the domain', () => {
    for (const command of ['deploy', 'diff'] as const)
      expect(stacks(command, 'example.org')).toEqual(['byodkim-control-eu-west-1', 'example.org']);
  });

  it('leave the control plane where a domain is destroyed', () => {
    expect(stacks('destroy', 'example.com')).toEqual(['example.com']);
  });

  it('are each there once, control planes first', () => {
    expect(stacks('deploy', 'example.org', 'example.com')).toEqual([
      'byodkim-control-eu-west-1',
      'byodkim-control-us-east-1',
      'example.org',
      'example.com',
    ]);
    expect(stacks('deploy', '--all')).toHaveLength(5);
    expect(stacks('destroy', '--all')).toEqual(['example.com', 'xn--bcher-kva.example', 'example.org']);
  });

  it('are found under the spelling of the list, and under others of the same domain', () => {
    for (const name of ['bücher.example', 'xn--bcher-kva.example', 'Bücher.Example'])
      expect(stacks('destroy', name)).toEqual(['xn--bcher-kva.example']);
  });

  it('can be a control plane by itself', () => {
    expect(stacks('deploy', 'byodkim-control-us-east-1')).toEqual(['byodkim-control-us-east-1']);
    expect(stacks('destroy', 'byodkim-control-eu-west-1', 'example.org')).toEqual([
      'byodkim-control-eu-west-1',
      'example.org',
    ]);
  });
});

describe('an entry of a further region', () => {
  const several = parseDomainList(
    `control: { keyStore: { bucket: "acme-{region}" } }
defaults: { region: us-east-1, selector: s1 }
domains:
  example.com:
  example.com@eu-west-1: { selector: s2 }
  example.org@eu-west-1:
`,
    'domains.yaml',
  );
  const of = (command: Command, ...args: string[]) => stacksFor(command, parseArguments(args), several);

  it('is named by its key, and taken with its control plane alone', () => {
    expect(of('deploy', 'example.com')).toEqual(['byodkim-control-us-east-1', 'example.com']);
    expect(of('deploy', 'example.com@eu-west-1')).toEqual([
      'byodkim-control-eu-west-1',
      'example.com@eu-west-1',
    ]);
    expect(of('destroy', 'example.com')).toEqual(['example.com']);
  });

  it('is not meant by the domain alone', () => {
    expect(() => of('deploy', 'example.org')).toThrow(
      '"example.org" is not in the list. Did you mean example.org@eu-west-1?',
    );
  });

  it('keeps its control plane as long as it needs it', () => {
    expect(() => of('destroy', 'byodkim-control-eu-west-1', 'example.org@eu-west-1')).toThrow(
      'byodkim-control-eu-west-1 is needed to destroy example.com@eu-west-1.',
    );
  });
});

describe('refuses', () => {
  const refusal = (command: Command, ...args: string[]): string => {
    try {
      stacks(command, ...args);
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      return (error as Error).message;
    }
    return '';
  };

  it('an unknown domain, with the one that was meant and those that there are', () => {
    expect(refusal('deploy', 'exampel.com')).toBe(
      '"exampel.com" is not in the list. Did you mean example.com? There are: example.com, xn--bcher-kva.example, example.org.',
    );
    expect(refusal('deploy', 'other.test')).toMatch(/^"other\.test" is not in the list\. There are: /);
  });

  it('no domain at all', () => {
    expect(refusal('deploy')).toMatch(
      /^Which domains\? npm run deploy -- example\.com, --all, --changed origin\/main, or --not-ready\./,
    );
  });

  it('to take away a control plane that domains need', () => {
    expect(refusal('destroy', 'byodkim-control-us-east-1', 'example.com')).toBe(
      'byodkim-control-us-east-1 is needed to destroy xn--bcher-kva.example. Name them in the same command.',
    );
  });

  it('to print a thousand names', () => {
    const many = parseDomainList(
      `defaults: { region: us-east-1, selector: s1 }\ndomains:\n${Array.from({ length: 1_000 }, (_, index) => `  d${index}.test:\n`).join('')}`,
      'domains.yaml',
    );
    expect(() => stacksFor('deploy', parseArguments([]), many)).toThrow(/d29\.test, and 970 more\.$/);
  });
});
