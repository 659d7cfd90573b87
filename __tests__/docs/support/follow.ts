import { spawnSync } from 'node:child_process';
import type { Desk } from './desk';
import { PLAYS } from './plays';
import type { Block, Scene } from './story';

const isBlock = (scene: Scene): scene is Block => 'commands' in scene;

/** Returns the blocks that can be typed, and those that cannot. */
export function countOf(scenes: readonly Scene[]) {
  const blocks = scenes.filter(isBlock);
  return {
    typed: blocks.filter(({ notRun }) => notRun === undefined),
    notRun: blocks.filter(({ notRun }) => notRun !== undefined),
  };
}

/** Returns the scenes for somebody who has the package in place of a clone. */
export const forPackage = (scenes: readonly Scene[]): Scene[] =>
  scenes.map((scene) =>
    isBlock(scene) && scene.onlyInClone !== undefined
      ? { ...scene, notRun: `only in a clone: ${scene.onlyInClone}` }
      : scene,
  );

/** Defines a test for each scene of a page: it types the commands as they stand there. Each continues the one before. */
export function follow(scenes: readonly Scene[], desk: () => Desk): void {
  for (const scene of scenes)
    if (!isBlock(scene)) it(scene.play, () => play(scene.play, desk()));
    else if (scene.notRun === undefined) it(nameOf(scene), () => typeBlock(scene, desk()));
}

const nameOf = ({ at, heading, commands }: Block): string => `line ${at}, ${heading}: ${commands.join('; ')}`;

/** Types the commands of a block. @throws Error if one ends in another way than the block says */
export async function typeBlock(block: Block, desk: Desk): Promise<void> {
  desk.beginBlock();
  try {
    for (const each of block.meanwhile) await play(each, desk);
    for (const [index, command] of block.commands.entries()) {
      if (!canType(command)) continue;
      for (const each of block.beforeEach) await play(each, desk);
      const { exitCode, output } = await desk.type(command);
      const expected = block.exitCodes?.[index] ?? 0;
      if (exitCode !== expected)
        throw new Error(`${command}\nended with ${exitCode} instead of ${expected}:\n${output}`);
    }
  } finally {
    desk.endBlock();
  }
}

/** The pages ask for version 2 of the AWS CLI; these are the parts that version 1 does not have. */
const NEEDS_AWS_2 = /^aws .*--cli-binary-format|^aws logs tail/;
const versionOfAws = (): string =>
  /^aws-cli\/(\d)/.exec(spawnSync('aws', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1] ?? 'none';

/** Whether a command can be typed on this machine. */
export function canType(command: string): boolean {
  // The clone has the packages of the project, which this would replace.
  if (command === 'npm ci') return false;
  if (!command.startsWith('aws ')) return true;
  const version = versionOfAws();
  return version === '2' || (version === '1' && !NEEDS_AWS_2.test(command));
}

export function play(name: string, desk: Desk): Promise<void> {
  const played = PLAYS[name];
  if (!played) throw new Error(`Nobody plays "${name}". Add it to __tests__/docs/support/plays.ts.`);
  return played(desk);
}
