import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { unzipSync } from 'fflate';
import { HANDLER_ZIP, PROJECT_ROOT } from '../../../constructs/built-handler';
import { licenceProblems, SHIPPED } from '../../../tools/supply-chain/licences';
import {
  allPackages,
  bundledPackages,
  dependencies,
  type Package,
} from '../../../tools/supply-chain/packages';
import { billOfMaterials } from '../../../tools/supply-chain/sbom';

const [bundled, needed, all] = [
  bundledPackages(PROJECT_ROOT),
  dependencies(PROJECT_ROOT),
  allPackages(PROJECT_ROOT),
];
const names = (packages: readonly Package[]): string[] => packages.map(({ name }) => name);

describe('the packages', () => {
  test('of the zip are those that the function is made of, and no tool', () => {
    expect(names(bundled)).toEqual(expect.arrayContaining(['@aws-sdk/client-sesv2', '@smithy/core', 'zod']));
    for (const tool of ['esbuild', 'mailauth', 'commander']) expect(names(bundled)).not.toContain(tool);
  });

  test('of the package are those in its command, and its peers, and no tool', () => {
    expect(names(needed)).toEqual(expect.arrayContaining(['cdktf', 'constructs', 'commander']));
    expect(names(needed)).not.toContain('jest');
  });

  test('that are installed hold both', () => {
    expect(names(all)).toEqual(expect.arrayContaining([...names(bundled), ...names(needed), 'jest']));
  });
});

describe('licences', () => {
  const of = (licence: string | undefined): Package => ({
    name: 'some',
    version: '1.0.0',
    licence,
    integrity: undefined,
  });

  test.each(['MIT', '(MIT OR GPL-3.0-or-later)', 'Apache-2.0 AND MIT'])('%s is allowed', (licence) => {
    expect(licenceProblems([of(licence)], SHIPPED)).toEqual([]);
  });

  test.each(['GPL-3.0-only', 'MIT AND GPL-3.0-only', 'SEE LICENSE IN x', undefined])(
    'refuses %s',
    (licence) => {
      expect(licenceProblems([of(licence)], SHIPPED)).toEqual([
        expect.stringMatching(/^some@1\.0\.0: .*, allowed: 0BSD, Apache-2\.0, /),
      ]);
    },
  );

  test('of what reaches users are all allowed', () => {
    expect(licenceProblems([...bundled, ...needed], SHIPPED)).toEqual([]);
  });

  test('stand in the zip: each package with its version, and the texts', () => {
    const files = unzipSync(readFileSync(path.join(PROJECT_ROOT, HANDLER_ZIP)));
    const text = Buffer.from(files['THIRD-PARTY.txt']!).toString();
    for (const { name, version, licence } of bundled)
      expect(text).toContain(`${name} ${version} (${licence})\n`);
    expect(text).toMatch(/Apache License\s+Version 2\.0, January 2004/);
    expect(text).toContain('Permission is hereby granted, free of charge');
  });
});

describe('the bill of materials', () => {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  const subject = { type: 'application', name: 'ses-byodkim-handler', version: '0.1.0' } as const;

  test.each([
    ['the zip', bundled],
    ['the package', needed],
    ['everything', all],
  ])('of %s is valid CycloneDX', async (_, packages) => {
    const bill = billOfMaterials({ ...subject, sha256: 'a'.repeat(64) }, packages);
    expect(await validator.validate(JSON.stringify(bill))).toBeNull();
    expect(bill.components).toHaveLength(packages.length);
  });

  test('that is not valid is seen', async () => {
    const bill = { ...billOfMaterials(subject, bundled), components: [{ type: 'nonsense', name: 'some' }] };
    expect(await validator.validate(JSON.stringify(bill))).not.toBeNull();
  });

  test('names a package as registries do, with the hash of its tarball', () => {
    const [component] = billOfMaterials(subject, [
      { name: '@scope/some', version: '1.2.3', licence: 'MIT', integrity: 'sha512-AAEC' },
    ]).components;
    expect(component).toEqual({
      type: 'library',
      'bom-ref': 'pkg:npm/%40scope/some@1.2.3',
      group: '@scope',
      name: 'some',
      version: '1.2.3',
      purl: 'pkg:npm/%40scope/some@1.2.3',
      licenses: [{ license: { id: 'MIT' } }],
      hashes: [{ alg: 'SHA-512', content: '000102' }],
    });
  });
});
