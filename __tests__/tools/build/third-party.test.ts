import { readFileSync } from 'node:fs';
import path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { HANDLER_ZIP, PROJECT_ROOT } from '../../../constructs/built-handler';
import { lockedPackages, readManifest } from '../../../tools/build/built-from';
import { buildProgram, PROGRAMS } from '../../../tools/build/programs';

/** Permissive ones, and the MPL, whose files are not changed here. */
const ALLOWED =
  /^(0BSD|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0|CC0-1\.0|ISC|MIT|MIT-0|MPL-2\.0|Unlicense)$/;
const read = (file: string): Buffer => readFileSync(path.join(PROJECT_ROOT, file));
const locked = lockedPackages(PROJECT_ROOT);

describe.each([
  ['the zip', HANDLER_ZIP, () => strFromU8(unzipSync(read(HANDLER_ZIP))['THIRD-PARTY.txt']!)],
  ['the command', PROGRAMS.cli.file, () => read('dist/cli/THIRD-PARTY.txt').toString()],
])('%s', (_, file, text) => {
  const manifest = () => readManifest(PROJECT_ROOT, file)!;
  beforeAll(() => buildProgram(PROJECT_ROOT, PROGRAMS.cli));

  it('names each package in it, with the text of its licence', () => {
    expect(manifest().bundled.length).toBeGreaterThan(1);
    for (const folder of manifest().bundled)
      expect(text()).toContain(`${folder.replace(/^.*node_modules\//, '')} ${locked[folder]!.version} (`);
    expect(text()).toContain('Permission is hereby granted, free of charge');
  });

  it('contains only packages that may be distributed, and no tool', () => {
    const { bundled } = manifest();
    expect(bundled.filter((folder) => !ALLOWED.test(locked[folder]!.license ?? 'none'))).toEqual([]);
    expect(bundled.join(' ')).not.toMatch(/esbuild|typescript|jest/);
  });
});
