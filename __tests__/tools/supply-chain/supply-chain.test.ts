import { readFileSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { HANDLER_ZIP, PROJECT_ROOT } from '../../../constructs/built-handler';
import { readHandlerManifest } from '../../../tools/build/built-from';
import { licenceProblems, SHIPPED } from '../../../tools/supply-chain/licences';
import {
  type Bill,
  billOf,
  bundledRefs,
  type Component,
  withDependencies,
} from '../../../tools/supply-chain/sbom';

const component = (ref: string, licenses: Component['licenses'] = []): Component => {
  const [name = '', version = ''] = ref.split('@');
  return { 'bom-ref': ref, name, version, purl: `pkg:npm/${ref}`, licenses };
};
const WHOLE = {
  serialNumber: 'urn:uuid:1',
  specVersion: '1.5',
  metadata: { timestamp: 'now' },
  components: ['a@1', 'b@1', 'c@1', 'tool@1'].map((ref) => component(ref)),
  dependencies: [
    { ref: 'a@1', dependsOn: ['b@1'] },
    { ref: 'b@1', dependsOn: ['c@1', 'a@1'] },
    { ref: 'tool@1', dependsOn: ['a@1'] },
  ],
} satisfies Bill & Record<string, unknown>;

describe('the packages of a bill of materials', () => {
  test('holds a package and all that it needs, and no tool', () => {
    expect([...withDependencies(WHOLE, ['a'])]).toEqual(['a@1', 'b@1', 'c@1']);
  });

  test('is of the packages that were asked for, with the same bytes each time', () => {
    expect(
      billOf(WHOLE, { type: 'library', name: 'ours', version: '1.0.0' }, new Set(['a@1', 'b@1'])),
    ).toEqual({
      specVersion: '1.5',
      metadata: { component: { 'bom-ref': 'ours@1.0.0', type: 'library', name: 'ours', version: '1.0.0' } },
      components: [component('a@1'), component('b@1')],
      dependencies: [
        { ref: 'a@1', dependsOn: ['b@1'] },
        { ref: 'b@1', dependsOn: ['a@1'] },
      ],
    });
  });

  test('of the zip are those that the function is made of, and no tool', () => {
    const refs = bundledRefs(PROJECT_ROOT, readHandlerManifest(PROJECT_ROOT)!.bundled).join(' ');
    expect(refs).toMatch(/@aws-sdk\/client-sesv2@\d/);
    expect(refs).not.toMatch(/esbuild|mailauth|commander|undefined/);
  });
});

describe('licences', () => {
  const problems = (...licenses: NonNullable<Component['licenses']>) =>
    licenceProblems({ components: [component('some@1.0.0', licenses)] }, SHIPPED);

  test.each(['MIT', '(MIT OR GPL-3.0-or-later)', 'Apache-2.0 AND MIT'])('%s is allowed', (expression) => {
    expect(problems({ expression })).toEqual([]);
  });

  test.each(['GPL-3.0-only', 'MIT AND GPL-3.0-only', 'SEE LICENSE IN x'])('refuses %s', (id) => {
    expect(problems({ license: { id } })).toEqual([
      expect.stringMatching(/^some@1\.0\.0: .*, allowed: 0BSD, Apache-2\.0, /),
    ]);
  });

  test('refuses a package without one', () => {
    expect(problems()).toEqual([expect.stringContaining('no licence')]);
  });

  test('stand in the zip: the name of each package, and the texts', () => {
    const files = unzipSync(readFileSync(path.join(PROJECT_ROOT, HANDLER_ZIP)));
    const text = Buffer.from(files['THIRD-PARTY.txt']!).toString();
    for (const ref of bundledRefs(PROJECT_ROOT, readHandlerManifest(PROJECT_ROOT)!.bundled))
      expect(text).toContain(`${ref.replace(/@(?=[^@]+$)/, ' ')} (`);
    expect(text).toMatch(/Apache License\s+Version 2\.0, January 2004/);
    expect(text).toContain('Permission is hereby granted, free of charge');
  });
});
