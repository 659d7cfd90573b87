/**
 * `npm run reliability`: every cell of the fault matrix, and docs/evidence/reliability.md written from it. Of a part
 * (`BYODKIM_MATRIX_EVERY=5`) the page is written with `-- --page`, and says so.
 */
import { writeFileSync } from 'node:fs';
import { Cloud } from './cloud';
import { type CellResult, cells, KINDS, runCells } from './matrix';
import { scenarios } from './scenarios';
import { PROMPT, SLOW, type World } from './worlds';

const BATCH = 120;
const EVERY = Number(process.env.BYODKIM_MATRIX_EVERY ?? 1);
const WRITES_PAGE = EVERY === 1 || process.argv.includes('--page');
const DOCUMENT = 'docs/evidence/reliability.md';

async function main(): Promise<void> {
  const startedAt = Date.now();
  if (EVERY > 1 && EVERY % KINDS.length === 0)
    throw new Error(`BYODKIM_MATRIX_EVERY: a multiple of ${KINDS.length} would try one kind of fault only`);
  let known = 0;
  const cloud = await Cloud.start();
  try {
    const results: WorldResult[] = [];
    for (const world of [PROMPT, ...SLOW]) {
      const every = await cells(cloud, world);
      known += every.length;
      const all = every.filter((_, index) => index % EVERY === 0);
      for (let from = 0; from < all.length; from += BATCH) {
        for (const result of await runCells(cloud, all.slice(from, from + BATCH), world))
          results.push({ ...result, world });
        const own = results.filter((result) => result.world === world);
        console.log(
          `SES verifies ${world.name}: ${own.length} of ${all.length}, ${own.filter(isBroken).length} broken`,
        );
      }
    }
    for (const { world, scenario, fault, ended, broken } of results.filter(isBroken))
      console.log(JSON.stringify({ world: world.name, scenario: scenario.name, ...fault, ended, broken }));
    const page = report(results, known);
    if (WRITES_PAGE) writeFileSync(DOCUMENT, page);
    console.log(
      `${WRITES_PAGE ? `${DOCUMENT} written` : page}; ${Math.round((Date.now() - startedAt) / 1000)} s`,
    );
    process.exitCode = results.some(isBroken) ? 1 : 0;
  } finally {
    await cloud.close();
  }
}

interface WorldResult extends CellResult {
  readonly world: World;
}

const isBroken = ({ broken }: CellResult): boolean => broken.length > 0;

function report(results: readonly WorldResult[], known: number): string {
  const struck = results.filter(({ ended }) => ended !== 'not struck').length;
  const reverted = results.filter(({ scenario, afterwards }) => afterwards === scenario.before).length;
  const most = Math.max(...results.map(({ applies }) => applies));
  return `# Reliability

Whatever fails, whenever, SES ends either as it was before or verified with the new key, and until then mail is signed or
something is armed that ends the waiting. This page shows how that was tried: \`npm run reliability\` wrote it.

Each scenario is run once to list the AWS calls that the function makes. Then, for every call and every kind of fault,
it is run again on a domain of its own: the built zip, in its own process, under the policies of the control stack, against the
simulated AWS. Then time passes, so that armed reverts fire, leases run out and SES comes to its end, and it is looked
whether SES is as before or as wanted, verified and enabled. Then the deploy (or destroy) is repeated without faults, at
most twice, and it is looked whether the plan is empty, and, once time has passed again, whether SES is as wanted, no
schedule, lease or open change is left, and no answer, error, ledger or schedule holds a 24-character run of a private key.
All of it is done three times: SES verifies at once, after 20 minutes, or never. Where it never does, what was before is
put back in the end.

**Mail** is looked at all the time: after every call that changes what SES has, what is armed or what the ledger says, a
message that is sent now is signed; or SES looks anew for what had signed before; or something is armed that ends it.
When time has passed, a message is sent and another program (mailauth) verifies its signature with the record in DNS.

* **throttle**, **error500**: the call fails as long as the run lasts
* **resetBefore**, **resetAfter**: the connection breaks, before or after the call took effect
* **hang**: no answer comes, until the client gives up
* **killBefore**, **killAfter**: the function's process is killed, before or after the call took effect

${[PROMPT, ...SLOW].map((world) => section(world, results)).join('\n')}
${results.length}${known > results.length ? ` of ${known} cells were tried, one in ${EVERY} of each world` : ' cells'}; ${results.filter((cell) => !isBroken(cell)).length} kept every promise, the fault struck in ${struck}. In ${reverted} of
them SES was as before when the time had passed, in the others as wanted. It took at most ${most} more
${most === 1 ? 'apply' : 'applies'} to have nothing left to do.
`;
}

function section(world: World, results: readonly WorldResult[]): string {
  const rows = scenarios.flatMap(({ name }) => {
    const own = results.filter((result) => result.world === world && result.scenario.name === name);
    if (own.length === 0) return [];
    const cellsOf = KINDS.map(({ kind }) => {
      const some = own.filter(({ fault }) => fault.kind === kind);
      return `${some.filter((cell) => !isBroken(cell)).length}/${some.length}`;
    });
    const calls = new Set(own.map(({ fault }) => `${fault.operation} ${fault.skip}`)).size;
    return [`| ${name} | ${calls} | ${cellsOf.join(' | ')} |`];
  });
  return `## SES verifies ${world.name}

| Scenario | Calls | ${KINDS.map(({ kind }) => kind).join(' | ')} |
|---|---|${KINDS.map(() => '---|').join('')}
${rows.join('\n')}
`;
}

main();
