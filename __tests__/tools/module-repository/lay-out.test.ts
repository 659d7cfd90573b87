import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HANDLER_ZIP, PROJECT_ROOT } from '../../../constructs/built-handler';
import { layOut } from '../../../tools/module-repository/lay-out';

describe('the repository of the modules', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-lay-out-'));
  const read = (...names: string[]): string => readFileSync(path.join(folder, ...names), 'utf8');
  beforeEach(() => layOut(PROJECT_ROOT, folder));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has what a registry looks for, and the code of the function where the module looks for it', () => {
    expect(readdirSync(folder)).toEqual(
      expect.arrayContaining([
        'README.md',
        'main.tf',
        'variables.tf',
        'outputs.tf',
        'versions.tf',
        'LICENSE',
        'CHANGELOG.md',
      ]),
    );
    expect(read('modules/control/main.tf')).toContain(`\${path.module}/../../${HANDLER_ZIP}`);
    expect(readdirSync(path.join(folder, 'dist'))).toEqual(['handler.zip', 'handler.zip.sha256']);
  });

  it('has a root module that needs one provider, and is otherwise the module of a domain', () => {
    const hcl = readdirSync(folder).filter((name) => name.endsWith('.tf'));
    expect(hcl.map((name) => read(name)).join()).not.toContain('aws.zone');
    expect(hcl).toEqual(
      readdirSync(path.join(folder, 'modules/domain')).filter((name) => name.endsWith('.tf')),
    );
    expect(read('modules/domain/main.tf').replaceAll('  provider = aws.zone\n', '')).toBe(read('main.tf'));
  });

  it('has links that lead into it, or to this project at its version', () => {
    const pages = readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.md'));
    for (const page of pages)
      for (const [, link] of read(page).matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
        if (/^https:\/\//.test(link!)) continue;
        expect(() => readdirSync(path.dirname(path.join(folder, path.dirname(page), link!)))).not.toThrow();
        expect(path.relative(folder, path.join(folder, path.dirname(page), link!))).not.toMatch(/^\.\./);
      }
  });

  it('is made anew over an earlier one, and refuses a folder with anything else', () => {
    writeFileSync(path.join(folder, 'gone.tf'), '');
    layOut(PROJECT_ROOT, folder);
    expect(readdirSync(folder)).not.toContain('gone.tf');
    const other = mkdtempSync(path.join(folder, 'other-'));
    writeFileSync(path.join(other, 'thesis.txt'), '');
    expect(() => layOut(PROJECT_ROOT, other)).toThrow(
      /expected an empty folder or an earlier layout; found thesis\.txt/,
    );
  });
});
