import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import manifest from '../../package.json';
import { releaseNotes } from '../../tools/release';
import { modulePage } from '../../tools/release/modules';
import { assertOwnRepository, misplacedAddresses } from '../../tools/release/repository';

const read = (file: string): string => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');

describe('the addresses in package.json', () => {
  it('follow from its repository', () => {
    expect(misplacedAddresses(manifest)).toEqual([]);
    expect(misplacedAddresses({ ...manifest, homepage: 'https://example.com' })).toEqual([
      expect.stringMatching(/^homepage: found https:\/\/example\.com, expected /),
    ]);
  });

  it('fail a release that is built in another repository', () => {
    const { pathname } = new URL(manifest.repository.url.replace('git+', ''));
    expect(() => assertOwnRepository(manifest, pathname.slice(1, -4))).not.toThrow();
    expect(() => assertOwnRepository(manifest, undefined)).not.toThrow();
    expect(() => assertOwnRepository(manifest, 'acme/mail')).toThrow(/repository\.url: found .*acme\/mail/);
  });
});

describe('release notes', () => {
  const changelog = '# Changelog\n\n## [0.2.0] - 2027-01-01\nNew.\n\n### Added\n- A.\n\n## [0.1.0]\nOld.\n';

  it('are the part of the changelog about the version', () => {
    expect(releaseNotes(changelog, '0.2.0')).toBe('New.\n\n### Added\n- A.\n');
    expect(releaseNotes(read('CHANGELOG.md'), manifest.version)).toMatch(/\S/);
  });

  it('fail where the version has none', () => {
    expect(() => releaseNotes(changelog, '0.3.0')).toThrow(/found no section "## \[0\.3\.0\]"/);
  });
});

describe('the page of a module', () => {
  it('has its inputs and outputs', () => {
    const variables =
      'variable "domain" {\n  description = "The domain."\n  type        = string\n}\n\n' +
      'variable "tags" {\n  description = "Tags a|b."\n  type        = map(string)\n  default     = {}\n}\n' +
      'variable "contact" {\n  description = "Whom."\n  type        = string\n  default     = ""\n}\n';
    const outputs = 'output "arn" {\n  description = "The ARN."\n  value       = local.arn\n}\n';
    expect(modulePage('domain', variables, outputs)).toBe(
      [
        '# domain\n\n## Inputs\n',
        '| Name | Description | Type | Default |\n| --- | --- | --- | --- |',
        '| `domain` | The domain. | `string` | required |',
        '| `tags` | Tags a\\|b. | `map(string)` | `{}` |\n| `contact` | Whom. | `string` | `""` |\n',
        '## Outputs\n',
        '| Name | Description |\n| --- | --- |\n| `arn` | The ARN. |\n',
      ].join('\n'),
    );
  });

  it.each(['control', 'domain'])('describes every input and output of %s', (module) => {
    const page = modulePage(
      module,
      read(`modules/${module}/own-variables.tf`) + read(`modules/${module}/variables.tf`),
      read(`modules/${module}/outputs.tf`),
    );
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows.length).toBeGreaterThan(8);
    expect(rows.filter((row) => /\| {2}\|/.test(row) || row.includes('``'))).toEqual([]);
  });
});

test('who builds a release may only read, and who publishes it runs nothing of it', () => {
  const { permissions, jobs } = parse(read('.github/workflows/release.yml'));
  expect(permissions).toEqual({});
  expect(jobs.build.permissions).toEqual({ contents: 'read' });
  expect(jobs.build.steps.map(({ run }: { run?: string }) => run)).toContain(
    'npm ci --ignore-scripts --no-audit --no-fund',
  );
  expect(jobs.publish).toMatchObject({ needs: 'build', environment: 'release' });
  const steps: { uses?: string; run?: string }[] = jobs.publish.steps;
  expect(steps.flatMap(({ uses }) => uses?.replace(/@.*/, '') ?? [])).toEqual([
    'actions/download-artifact',
    'actions/attest-build-provenance',
  ]);
  expect(steps.flatMap(({ run }) => run ?? [])).toEqual([
    expect.stringMatching(/^gh release create [^;&|]+$/),
  ]);
});

test('every workflow pins the actions that it uses by commit', () => {
  const files = ['.github/workflows', 'docs/examples', 'action'].flatMap((folder) =>
    readdirSync(path.join(PROJECT_ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.yml'))
      .map((file) => `${folder}/${file}`),
  );
  const used = [...files, 'action.yml'].flatMap((file) =>
    [...read(file).matchAll(/uses: (\S+)(.*)/g)].map(([, action = '', comment = '']) => [action, comment]),
  );
  const outside = used.filter(([action]) => !action!.startsWith('./'));
  expect(outside.length).toBeGreaterThan(8);
  expect(
    outside.filter(([action, comment]) => !/@[0-9a-f]{40}$/.test(action!) || !/# v\d/.test(comment!)),
  ).toEqual([]);
});
