/** `npm run reliability`: every cell of the fault matrix, and docs/evidence/reliability.md written from it. */
import { writeFileSync } from 'node:fs';
import { Cloud } from './cloud';
import { type CellResult, cells, KINDS, runCells } from './matrix';
import { scenarios } from './scenarios';

const BATCH = 120;
const DOCUMENT = 'docs/evidence/reliability.md';

async function main(): Promise<void> {
  const startedAt = Date.now();
  const cloud = await Cloud.start();
  try {
    const all = await cells(cloud);
    const results: CellResult[] = [];
    for (let from = 0; from < all.length; from += BATCH) {
      results.push(...(await runCells(cloud, all.slice(from, from + BATCH))));
      console.log(`${results.length} of ${all.length}, ${results.filter(isBroken).length} broken`);
    }
    for (const { scenario, fault, ended, broken } of results.filter(isBroken))
      console.log(JSON.stringify({ scenario: scenario.name, ...fault, ended, broken }));
    writeFileSync(DOCUMENT, report(results));
    console.log(`${DOCUMENT} written; ${Math.round((Date.now() - startedAt) / 1000)} s`);
    process.exitCode = results.some(isBroken) ? 1 : 0;
  } finally {
    await cloud.close();
  }
}

const isBroken = ({ broken }: CellResult): boolean => broken.length > 0;

function report(results: readonly CellResult[]): string {
  const rows = scenarios.map(({ name }) => {
    const own = results.filter(({ scenario }) => scenario.name === name);
    const cellsOf = KINDS.map(({ kind }) => {
      const some = own.filter(({ fault }) => fault.kind === kind);
      return `${some.filter((cell) => !isBroken(cell)).length}/${some.length}`;
    });
    return `| ${name} | ${own.length / KINDS.length} | ${cellsOf.join(' | ')} |`;
  });
  const struck = results.filter(({ ended }) => ended !== 'not struck').length;
  const reverted = results.filter(({ scenario, afterwards }) => afterwards === scenario.before).length;
  const most = Math.max(...results.map(({ applies }) => applies));
  return `# Reliability

Whatever fails, whenever, SES ends either as it was before or verified with the new key. This page shows how that was
tried: \`npm run reliability\` wrote it.

Each scenario is run once to list the AWS calls that the function makes. Then, for every call and every kind of fault,
it is run again on a domain of its own: the built zip, in its own process, under the policies of the control stack, against the
simulated AWS. Then 45 minutes pass, so that armed reverts fire and leases run out, and it is looked whether SES is as
before or as wanted, verified and enabled. Then the deploy (or destroy) is repeated without faults, at most twice, and it is looked
whether SES is as wanted, the plan is empty, no schedule, lease or open change is left, and no answer, error, ledger or
schedule holds a 24-character run of a private key.

* **throttle**, **error500**: the call fails as long as the run lasts
* **resetBefore**, **resetAfter**: the connection breaks, before or after the call took effect
* **hang**: no answer comes, until the client gives up
* **killBefore**, **killAfter**: the function's process is killed, before or after the call took effect

| Scenario | Calls | ${KINDS.map(({ kind }) => kind).join(' | ')} |
|---|---|${KINDS.map(() => '---|').join('')}
${rows.join('\n')}

${results.length} cells, ${results.filter((cell) => !isBroken(cell)).length} kept every promise; the fault struck in ${struck}. In ${reverted} of
them SES was as before when the time had passed, in the others as wanted. It took at most ${most} more
${most === 1 ? 'apply' : 'applies'} to have nothing left to do.
`;
}

main();
