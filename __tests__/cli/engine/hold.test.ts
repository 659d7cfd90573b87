import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { holdFolder, startOf } from '../../../cli/engine/hold';
import { useFolder } from '../../support/folder';

describe('the output folder', () => {
  const folder = useFolder();
  const heldAs = (...name: (string | number)[]) =>
    writeFileSync(path.join(folder(), `byodkim-${name.join('-')}.hold`), 'destroy example.com');

  it('is free again once a command has released it', () => {
    holdFolder(folder(), 'deploy --all')();
    expect(readdirSync(folder())).toEqual([]);
  });

  it('is created together with its parent folders', () => {
    const below = path.join(folder(), 'a', 'b');
    holdFolder(below, 'deploy --all')();
    expect(readdirSync(below)).toEqual([]);
  });

  it.each([
    ['below a file', () => path.join(folder(), 'file', 'b')],
    ...(existsSync('/proc/self')
      ? [['where the system takes no folder, and Node tries for ever', () => '/proc/byodkim/b'] as const]
      : []),
  ] as const)('is refused %s', (_, outdir) => {
    writeFileSync(path.join(folder(), 'file'), '');
    expect(() => holdFolder(outdir(), 'deploy --all')).toThrow(
      expect.objectContaining({
        code: 'FOLDER_UNUSABLE',
        message: expect.stringContaining(`The output folder ${outdir()} cannot be made: E`),
      }),
    );
  });

  it.each<[string, () => (string | number)[]]>([
    ['a process that has ended', () => [2 ** 30, 1, hostname()]],
    ['a process whose number another one has by now', () => [process.ppid, 1, hostname()]],
  ])('is not held by %s', (_, name) => {
    heldAs(...name());
    holdFolder(folder(), 'deploy --all')();
    expect(readdirSync(folder())).toEqual([]);
  });

  it.each<[string, () => (string | number)[], RegExp]>([
    [
      'a process that runs',
      () => [process.ppid, startOf(process.ppid)!, hostname()],
      /in use by `byodkim destroy example\.com` \(process \d+ on .*\)/,
    ],
    [
      'a process of another machine, with what to delete',
      () => [1, 1, 'other'],
      / on other, since 20.*ended there, delete .*\.hold\.$/,
    ],
  ])('is held by %s', (_, name, message) => {
    heldAs(...name());
    const held = readdirSync(folder());
    const refused = { code: 'FOLDER_IN_USE', message: expect.stringMatching(message) };
    expect(() => holdFolder(folder(), 'diff')).toThrow(expect.objectContaining(refused));
    expect(readdirSync(folder())).toEqual(held);
  });
});
