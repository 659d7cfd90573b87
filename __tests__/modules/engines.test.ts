import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { useOneSandbox } from '../../packages/sandbox/__tests__/use-sandbox';
import { ENGINES } from '../../packages/terraform/__tests__/engine/engines';
import { InProcessEngine } from '../../packages/terraform/engine/in-process-engine';
import { passed } from '../support/deployment';

/** What is enough of each. */
const MODULES = {
  control: { zip: 'handler.zip', zip_sha256: '00' },
  domain: { domain: 'example.com', selector: 's1' },
} as const;

/** The other tests of the modules run on the engine that is found first; an older one reads less of the language. */
describe.each(ENGINES)('with $title', ({ engine }) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-modules-'));
  const sandbox = useOneSandbox();
  let running: InProcessEngine;
  beforeAll(() => {
    running = new InProcessEngine(sandbox);
  });
  afterAll(async () => {
    await running.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('the modules are valid', async () => {
    const module = Object.fromEntries(
      Object.entries(MODULES).map(([name, args]) => [
        name,
        {
          source: path.join(PROJECT_ROOT, 'modules', name),
          ...(name === 'domain' && { providers: { aws: 'aws', 'aws.zone': 'aws' } }),
          ...args,
        },
      ]),
    );
    writeFileSync(
      path.join(folder, 'main.tf.json'),
      JSON.stringify({ provider: { aws: { region: 'ap-northeast-1' } }, module }),
    );
    await passed(running.run(['init', '-no-color'], { cwd: folder, engine }));
    const { output } = await passed(running.run(['validate', '-no-color'], { cwd: folder, engine }));
    expect(output).toContain('The configuration is valid');
  });
});
