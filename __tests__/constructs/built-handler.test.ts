import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { handlerCode, sha256 } from '../../constructs/built-handler';
import { writeBuilt } from '../../tools/build/bundle';
import { describeInputs } from '../../tools/build/manifest';

describe("the function's code", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'byodkim-code-'));
    writeFileSync(path.join(root, 'package-lock.json'), JSON.stringify({ packages: {} }));
    writeFileSync(path.join(root, 'index.ts'), 'export {};');
    const zipSha256Base64 = sha256('zip', 'base64');
    writeBuilt(root, 'dist/handler.zip', 'zip');
    writeBuilt(
      root,
      'dist/handler.json',
      JSON.stringify({ ...describeInputs(root, ['index.ts']), zipSha256Base64 }),
    );
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('is the built zip, with the hash that Lambda shows', () => {
    expect(handlerCode(root)).toEqual({
      path: path.join(root, 'dist/handler.zip'),
      sha256Base64: sha256('zip', 'base64'),
    });
  });

  it.each([
    ['is missing', () => rmSync(path.join(root, 'dist'), { recursive: true })],
    [
      'is older than its source',
      () => writeFileSync(path.join(root, 'index.ts'), 'export const changed = 1;'),
    ],
    ['is not what was built', () => writeFileSync(path.join(root, 'dist/handler.zip'), 'other')],
  ])('refuses to be deployed when it %s, and says what to run', (_, spoil) => {
    spoil();
    expect(() => handlerCode(root)).toThrow(/not up to date: .*Run "npm run build"/);
  });

  it('is taken from an installed package as it was published, or refused', () => {
    rmSync(path.join(root, 'package-lock.json'));
    rmSync(path.join(root, 'index.ts'));
    expect(handlerCode(root).sha256Base64).toBe(sha256('zip', 'base64'));
    writeFileSync(path.join(root, 'dist/handler.zip'), 'other');
    expect(() => handlerCode(root)).toThrow(
      /not as it was published: .*found .*\)\. Install ses-byodkim again\./,
    );
  });
});
