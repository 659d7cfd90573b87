import { byodkim } from './support/terminal';

const IN_A_CLONE = { npm_command: 'run-script', npm_lifecycle_event: 'deploy' };

describe('the name of the command in a message', () => {
  it.each<[string, Record<string, string>, string]>([
    ['on the PATH', {}, 'Which entries? byodkim deploy example.com'],
    ['by npx', { npm_command: 'exec', npm_lifecycle_event: 'npx' }, 'Which entries? byodkim deploy'],
    ['in a clone', IN_A_CLONE, 'Which entries? npm run byodkim -- deploy example.com'],
    [
      'there by a newer npm',
      { ...IN_A_CLONE, npm_command: 'run' },
      'Which entries? npm run byodkim -- deploy',
    ],
  ])('is what a person types %s', async (_, env, expected) => {
    const readFile = async () =>
      Buffer.from('defaults: { region: us-east-1, selector: s1 }\ndomains: { example.com: }\n');
    const { stderr } = await byodkim(['deploy'], { env, readFile });
    expect(stderr).toContain(expected);
  });

  it('is so in help as well, and stays what it is where it was right', async () => {
    const { stdout } = await byodkim(['--help'], { env: IN_A_CLONE });
    expect(stdout).toContain('$ npm run byodkim -- check example.com');
    expect(stdout).not.toMatch(/npm run (?:--silent )?npm|ses-npm/);
  });

  it('is left alone in JSON', async () => {
    const { stdout } = await byodkim(['deploy', '--json'], {
      env: IN_A_CLONE,
      readFile: async () =>
        Buffer.from('defaults: { region: us-east-1, selector: s1 }\ndomains: { example.com: }\n'),
    });
    expect(JSON.parse(stdout).message).toContain('byodkim deploy example.com');
    expect(stdout).not.toContain('npm run');
  });
});
