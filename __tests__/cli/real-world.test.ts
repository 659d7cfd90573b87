import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { realWorld } from '../../cli/real-world';

test('what could not be written leaves nothing behind', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-real-world-'));
  try {
    mkdirSync(path.join(folder, 'list.yaml'));
    const world = realWorld(new AbortController().signal);
    await expect(world.writeFile(path.join(folder, 'list.yaml'), 'text')).rejects.toThrow(/EISDIR/);
    expect(readdirSync(folder)).toEqual(['list.yaml']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a list behind a link is written where it is, and the link stays', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-real-world-'));
  try {
    const [list, link] = ['real.yaml', 'domains.yaml'].map((name) => path.join(folder, name)) as [
      string,
      string,
    ];
    writeFileSync(list, 'before');
    symlinkSync('real.yaml', link);
    const world = realWorld(new AbortController().signal);
    await world.writeFile(link, 'after');
    expect([readFileSync(list, 'utf8'), lstatSync(link).isSymbolicLink()]).toEqual(['after', true]);
    await world.writeFile(path.join(folder, 'new.yaml'), 'new');
    expect(readdirSync(folder).sort()).toEqual(['domains.yaml', 'new.yaml', 'real.yaml']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
