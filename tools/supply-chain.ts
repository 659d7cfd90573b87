/**
 * `npm run supply-chain`: checks the licences of everything that is installed and of what reaches users, and writes a
 * bill of materials of the function's zip and of the package to `dist/sbom/`.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { HANDLER_ZIP, PROJECT_ROOT, sha256 } from '../constructs/built-handler';
import { writeBuilt } from './build/bundle';
import { buildHandler } from './build/handler';
import { buildProgram, PROGRAMS } from './build/programs';
import { licenceProblems, SHIPPED, TOOLS } from './supply-chain/licences';
import { allPackages, bundledPackages, dependencies } from './supply-chain/packages';
import { billOfMaterials, type Subject } from './supply-chain/sbom';

async function main(root: string): Promise<void> {
  await Promise.all([buildHandler(root), buildProgram(root, PROGRAMS.cli)]);
  const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const zip: Subject = {
    type: 'application',
    name: `${name}-handler`,
    version,
    sha256: sha256(readFileSync(path.join(root, HANDLER_ZIP)), 'hex'),
  };
  const [bundled, needed, all] = [bundledPackages(root), dependencies(root), allPackages(root)];
  const problems = [
    ...licenceProblems(bundled, SHIPPED).map((each) => `in the function's zip: ${each}`),
    ...licenceProblems(needed, SHIPPED).map((each) => `in the package, or a peer of it: ${each}`),
    ...licenceProblems(all, TOOLS).map((each) => `installed: ${each}`),
  ];
  const bills = {
    'dist/sbom/handler.cdx.json': billOfMaterials(zip, bundled),
    'dist/sbom/package.cdx.json': billOfMaterials({ type: 'library', name, version }, needed),
  };
  for (const [file, bill] of Object.entries(bills)) {
    writeBuilt(root, file, `${JSON.stringify(bill, null, 2)}\n`);
    console.log(`${file}: ${bill.components.length} packages`);
  }
  console.log(`${all.length} packages are installed, ${problems.length} with a licence that is not allowed`);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) {
    console.error(
      'Take another package, or add the licence to tools/supply-chain/licences.ts, with the reason.',
    );
    process.exitCode = 1;
  }
}

main(PROJECT_ROOT).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
