import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MAX_FILE_BYTES, readWhole } from '../../../cli/real-world/read-whole';

describe('a file that a command is given', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-read-'));
  const file = path.join(folder, 'file');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is read whole, up to the limit', async () => {
    writeFileSync(file, 'domains: {}\n');
    await expect(readWhole(file)).resolves.toEqual(Buffer.from('domains: {}\n'));

    truncateSync(file, MAX_FILE_BYTES);
    await expect(readWhole(file)).resolves.toHaveLength(MAX_FILE_BYTES);
  });

  it('is refused above the limit', async () => {
    writeFileSync(file, '');
    truncateSync(file, MAX_FILE_BYTES + 1);
    await expect(readWhole(file)).rejects.toMatchObject({ code: 'EFBIG' });
  });

  it('is refused if it never ends', async () => {
    await expect(readWhole('/dev/zero')).rejects.toMatchObject({ code: 'EFBIG' });
  });

  it('is refused as Node refuses it, if it is absent or a folder', async () => {
    await expect(readWhole(path.join(folder, 'absent'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(readWhole(folder)).rejects.toMatchObject({ code: 'EISDIR' });
  });
});
