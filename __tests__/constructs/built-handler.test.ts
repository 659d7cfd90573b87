import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { handlerCode, sha256 } from '../../constructs/built-handler';
import { writeBuilt } from '../../tools/build/bundle';

describe("the function's code", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'byodkim-code-'));
    writeBuilt(root, 'dist/handler.zip', 'zip');
    writeBuilt(root, 'dist/handler.json', JSON.stringify({ sha256Base64: sha256('zip', 'base64') }));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('is the built zip, with the hash that Lambda reports', () => {
    expect(handlerCode(root)).toEqual({
      path: path.join(root, 'dist/handler.zip'),
      sha256Base64: sha256('zip', 'base64'),
    });
  });

  it.each([
    ['is missing', () => rmSync(path.join(root, 'dist'), { recursive: true })],
    ['is not what was built', () => writeFileSync(path.join(root, 'dist/handler.zip'), 'other')],
  ])('refuses to be deployed if it %s, and names the remedy', (_, spoil) => {
    spoil();
    expect(() => handlerCode(root)).toThrow(/cannot be deployed: .*run "npm run build"/);
  });
});
