import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { realWorld } from '../../../cli/real-world/real-world';
import { useFolder } from '../../support/folder';

describe('a file that is written', () => {
  const world = realWorld(new AbortController().signal);
  const folder = useFolder();
  const at = (name: string) => path.join(folder(), name);

  it('leaves nothing behind if it could not be written', async () => {
    mkdirSync(at('list.yaml'));
    await expect(world.writeFile(at('list.yaml'), 'text')).rejects.toThrow(/EISDIR/);
    expect(readdirSync(folder())).toEqual(['list.yaml']);
  });

  it('is written to the target of a link, and the link stays', async () => {
    writeFileSync(at('real.yaml'), 'before');
    symlinkSync('real.yaml', at('domains.yaml'));
    await world.writeFile(at('domains.yaml'), 'after');
    expect(readFileSync(at('real.yaml'), 'utf8')).toBe('after');
    expect(lstatSync(at('domains.yaml')).isSymbolicLink()).toBe(true);
    await world.writeFile(at('new.yaml'), 'new');
    expect(readdirSync(folder()).sort()).toEqual(['domains.yaml', 'new.yaml', 'real.yaml']);
  });
});
