import { parseDomainList } from '../../../list/read-list';
import { type Command, parseArguments, stacksFor, UsageError } from '../../../scripts/stacks/request';

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
  it('is names first, then flags that go on to cdktf', () => {
    expect(parseArguments(['example.com', 'example.org', '--parallelism', '2', '--no-color'])).toEqual({
      names: ['example.com', 'example.org'],
      all: false,
      flags: ['--parallelism', '2', '--no-color'],
    });
  });

  it('may be --all, before or after other flags', () => {
    for (const args of [
      ['--all', '--no-color'],
      ['--no-color', '--all'],
    ])
      expect(parseArguments(args)).toEqual({ names: [], all: true, flags: ['--no-color'] });
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
    expect(stacks('deploy', 'example.org', 'example.com', 'example.com')).toEqual([
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

  it('no domain at all, and --all beside names', () => {
    expect(refusal('deploy')).toMatch(/^Which domains\? npm run deploy -- example\.com, or --all\./);
    expect(refusal('deploy', 'example.com', '--all')).toMatch(/not both/);
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
