import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { engineProblem, usableEngine } from '../engine-guard';
import { type KnownEngine, versionIn } from '../engine-version';
import { type Engine, EngineError, findEngine } from '../find-engine';

const engine = (kind: Engine['kind'], version: string, from: Engine['from'] = 'PATH'): KnownEngine => ({
  kind,
  version,
  from,
  path: `/opt/${kind}`,
});

describe('an engine is good', () => {
  it.each([
    ['the oldest of either kind', 'terraform', '1.6.0'],
    ['the oldest of either kind', 'tofu', '1.6.0'],
    ['one before the bad release', 'terraform', '1.15.4'],
    ['the one that mends it', 'terraform', '1.16.1'],
    ['another make with the number of the bad release', 'tofu', '1.16.0'],
    ['a later one', 'terraform', '2.0.0'],
  ] as const)('as %s (%s %s)', (_, kind, version) => {
    expect(engineProblem(engine(kind, version))).toBeUndefined();
  });

  it('with a lock file in S3, since 1.10', () => {
    expect(engineProblem(engine('tofu', '1.10.0'), { lockfile: true })).toBeUndefined();
  });

  it('as installed on this machine', () => {
    expect(usableEngine().version).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe('refuses an engine', () => {
  it.each([
    [
      'terraform',
      '1.5.7',
      'Terraform 1.5.7 (/opt/terraform) is refused: expected 1.6.0 or newer. Install a newer version',
    ],
    ['tofu', '1.5.99', 'OpenTofu 1.5.99 (/opt/tofu) is refused: expected 1.6.0 or newer'],
    ['terraform', '0.15.5', 'expected 1.6.0 or newer'],
    ['terraform', '1.16.0', 'loses destroys of replacements'],
    ['terraform', '1.16.0-rc1', 'Install 1.16.1 or newer'],
  ] as const)('%s %s, with the reason and the remedy', (kind, version, words) => {
    expect(engineProblem(engine(kind, version))).toContain(words);
  });

  it('that cannot lock with a file in S3, with the remedy', () => {
    const problem = engineProblem(engine('tofu', '1.6.2', 'npm'), { lockfile: true });
    expect(problem).toMatch(/OpenTofu 1\.6\.2 .* cannot lock the state with a file in S3/);
    expect(problem).toContain('Install 1.10 or newer');
  });

  it('before anything else runs, by the version that the program itself reports', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'engine-guard-'));
    try {
      const file = path.join(folder, 'terraform');
      const find = (answer: string) => () => {
        writeFileSync(file, `#!/bin/sh\nprintf '%s' '${answer}'\n`);
        chmodSync(file, 0o755);
        return findEngine({ searchPath: folder });
      };
      expect(() => usableEngine({}, find('{"terraform_version": "1.16.0"}'))).toThrow(EngineError);
      expect(usableEngine({}, find('{"terraform_version": "1.16.1"}')).version).toBe('1.16.1');
      expect(() => usableEngine({}, find('something else'))).toThrow(EngineError);
      expect(() => usableEngine({}, find('something else'))).toThrow(
        /found "something else"\. Is it Terraform/,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('a version', () => {
  it.each([
    ['in JSON', '{\n  "terraform_version": "1.11.4",\n  "platform": "linux_amd64" }'],
    [
      'in JSON, behind a warning',
      'There are some problems\n╷\n│ Warning: no file\n╵\n{"terraform_version":"1.11.4"}',
    ],
    ['in words, behind a warning', 'There are some problems\n╵\n\nTerraform v1.11.4\non linux_amd64\n'],
    ['of OpenTofu in words', 'OpenTofu v1.11.4\n'],
  ])('is read %s', (_, output) => {
    expect(versionIn(output)).toBe('1.11.4');
  });

  it('is not found in text without one', () => {
    expect(versionIn('Terraform, by HashiCorp')).toBeUndefined();
  });
});
