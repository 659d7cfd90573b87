import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { rsaKey } from '../support/keys-of-the-run';
import { Recorder } from '../support/recorder';

let folder: string;
let recorder: Recorder;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'byodkim-start-'));
  recorder = await Recorder.open(folder);
});
afterEach(async () => {
  await recorder.close();
  rmSync(folder, { recursive: true });
});

// The command that loads most from us at a late moment. __tests__/package/commands.test.ts types them all.
test('a clone stores a key as it is typed there', async () => {
  const [list, key] = [path.join(folder, 'domains.yaml'), path.join(folder, 'key.pem')];
  writeFileSync(list, recorder.list);
  writeFileSync(key, rsaKey(2048).export({ type: 'pkcs8', format: 'pem' }));
  const args = ['run', '--silent', 'byodkim', '--', '--list', list, 'key', 'put', 'example.com', key];
  const said = await new Promise<string>((resolve) => {
    execFile('npm', args, { cwd: PROJECT_ROOT, env: recorder.environment }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    ).stdin?.end();
  });
  expect(said).toMatch(/^KEY_PUT_DENIED: You are not allowed to call s3:PutObject on s3:\/\/acme-keys\//m);
  expect(recorder.takeAsked()).toEqual(new Set(['sts', 'dns', 's3']));
});
