import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { useOneSandbox } from '../../packages/sandbox/__tests__/use-sandbox';
import { ENGINES } from '../../packages/terraform/__tests__/engine/engines';
import { InProcessEngine } from '../../packages/terraform/engine/in-process-engine';
import { passed } from '../support/deployment';

/**
 * The other tests of the modules run on the engine that is found first; an older one reads less of the language. Each example is
 * applied by both in `tools/module-repository/consumed`.
 */
describe.each(ENGINES)('with $title', ({ engine }) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-modules-'));
  const example = path.join(folder, 'examples/complete');
  const sandbox = useOneSandbox();
  let running: InProcessEngine;
  beforeAll(() => {
    running = new InProcessEngine(sandbox);
    for (const each of ['modules', 'examples/complete'])
      cpSync(path.join(PROJECT_ROOT, each), path.join(folder, each), { recursive: true });
  });
  afterAll(async () => {
    await running.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('the modules are valid, and match the complete example', async () => {
    await passed(running.run(['init', '-no-color'], { cwd: example, engine }));
    const { output } = await passed(running.run(['validate', '-no-color'], { cwd: example, engine }));
    expect(output).toContain('The configuration is valid');
  });
});
