import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ByodkimControlPlane, ByodkimIdentity } from '../../../constructs';
import { PROJECT_ROOT } from '../../../constructs/built-handler';
import { moduleTables } from '../../../tools/docs/module-tables';
import { synthesize } from '../../constructs/synth';

const read = (file: string): string => readFileSync(path.join(PROJECT_ROOT, 'modules', file), 'utf8');
const namesIn = (text: string, kind: 'variable' | 'output'): string[] =>
  [...text.matchAll(new RegExp(`^${kind} "(\\w+)"`, 'gm'))].map(([, name]) => name!);
const MODULES = ['control', 'domain'] as const;

describe('the page of the module', () => {
  it.each(MODULES)('%s has a row for each input and output, and no other', (module) => {
    const page = moduleTables.find(({ path: file }) => file === `modules/${module}/README.md`)!.generate();
    const rows = [...page.matchAll(/^\| `(\w+)` \| (.+) \|$/gm)];
    expect(rows.map(([, name]) => name).sort()).toEqual(
      [
        ...namesIn(read(`${module}/own-variables.tf`), 'variable'),
        ...namesIn(read(`${module}/variables.tf`), 'variable'),
        ...namesIn(read(`${module}/outputs.tf`), 'output'),
      ].sort(),
    );
  });

  it('has types on one line, and says which inputs are required', () => {
    const page = moduleTables.find(({ path: file }) => file.includes('domain'))!.generate();
    expect(page).toContain(
      '| `object({ subdomain = string, regions = optional(list(string)), on_mx_failure = optional(string) })` | `null` |',
    );
    expect(page).toMatch(/^\| `selector` \| .* \| `string` \| required \|$/m);
  });
});

describe('the outputs of the module', () => {
  const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  /** Published elsewhere by an output in HCL, and by a callback (`DkimRecord.published`) with constructs. */
  const IN_HCL_ALONE = ['records'];

  it.each(MODULES)('%s are attributes of the construct', (module) => {
    const missing: string[] = [];
    synthesize((stack, code) => {
      const constructs = {
        control: new ByodkimControlPlane(stack, 'Control', { code, topics: { audit: 'create' } }),
        domain: new ByodkimIdentity(stack, 'Mail', { domain: 'example.com', selector: 's1' }),
      };
      const outputs = namesIn(read(`${module}/outputs.tf`), 'output');
      missing.push(...outputs.filter((name) => !(camel(name) in constructs[module])));
    });
    expect(missing).toEqual(module === 'domain' ? IN_HCL_ALONE : []);
  });

  it('name the alarms with and without an audit topic as the module does', () => {
    synthesize((stack, code) => {
      const heard = new ByodkimControlPlane(stack, 'Heard', { code, topics: { audit: 'create' } });
      expect(Object.keys(heard.alarmArns)).toEqual(
        expect.arrayContaining(['function-errors', 'domains-needing-attention', 'audit-overdue']),
      );
      const unheard = new ByodkimControlPlane(stack, 'Unheard', { code, functionName: 'other' });
      expect(unheard.alarmArns).toEqual({});
    });
  });
});
