/**
 * `npm run supply-chain`: checks the licences of everything that is installed and of what reaches users, and writes a
 * bill of materials of the function's zip and of the package to `dist/sbom/`.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { HANDLER_ZIP, PROJECT_ROOT, sha256 } from '../constructs/built-handler';
import { readHandlerManifest, readManifest } from './build/built-from';
import { writeBuilt } from './build/bundle';
import { buildHandler } from './build/handler';
import { buildProgram, PROGRAMS, type ProgramManifest } from './build/programs';
import { licenceProblems, SHIPPED, TOOLS } from './supply-chain/licences';
import { billOf, bundledRefs, wholeBill, withDependencies } from './supply-chain/sbom';

async function main(root: string): Promise<void> {
  await Promise.all([buildHandler(root), buildProgram(root, PROGRAMS.cli)]);
  const { name, version, peerDependencies } = JSON.parse(
    readFileSync(path.join(root, 'package.json'), 'utf8'),
  );
  const whole = wholeBill(root);
  const zipped = bundledRefs(root, readHandlerManifest(root)!.bundled);
  const command = bundledRefs(
    root,
    readManifest<ProgramManifest>(root, `${PROGRAMS.cli.file}.json`)!.bundled,
  );
  const peers = withDependencies(whole, Object.keys(peerDependencies));
  const content = sha256(readFileSync(path.join(root, HANDLER_ZIP)), 'hex');
  const hashes = [{ alg: 'SHA-256', content }] as const;
  const bills = {
    handler: billOf(
      whole,
      { type: 'application', name: `${name}-handler`, version, hashes },
      new Set(zipped),
    ),
    package: billOf(whole, { type: 'library', name, version }, new Set([...command, ...peers])),
  };
  for (const [what, bill] of Object.entries(bills)) {
    const file = `dist/sbom/${what}.cdx.json`;
    writeBuilt(root, file, `${JSON.stringify(bill, null, 2)}\n`);
    console.log(`${file}: ${bill.components.length} packages`);
  }
  const problems = [
    ...licenceProblems(bills.handler, SHIPPED).map((each) => `in the function's zip: ${each}`),
    ...licenceProblems(bills.package, SHIPPED).map((each) => `in the package, or a peer of it: ${each}`),
    ...licenceProblems(whole, TOOLS).map((each) => `installed: ${each}`),
  ];
  console.log(
    `${whole.components.length} packages are installed, ${problems.length} with a licence that is not allowed`,
  );
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
