/**
 * `npm run reliability`: every cell of the fault matrix, and docs/evidence/reliability.md written from it. Of a part
 * (`BYODKIM_MATRIX_EVERY=5`) the page is written with `-- --page`, and says so.
 */
import { readFileSync, writeFileSync } from 'node:fs';
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
    if (WRITES_PAGE) writeFileSync(DOCUMENT, page + simulation());
    console.log(
      `${WRITES_PAGE ? `${DOCUMENT} written` : page}; ${Math.round((Date.now() - startedAt) / 1000)} s`,
    );
    process.exitCode = results.some(isBroken) ? 1 : 0;
  } finally {
    await cloud.close();
  }
}

/** What the page says of the simulation is written by hand. */
function simulation(): string {
  const text = readFileSync(DOCUMENT, 'utf8');
  return text.slice(text.indexOf(`\n## The simulation`));
}

interface WorldResult extends CellResult {
  readonly world: World;
}

const isBroken = ({ broken }: CellResult): boolean => broken.length > 0;

function report(results: readonly WorldResult[], known: number): string {
  const struck = results.filter(({ ended }) => ended !== 'not struck').length;
  const reverted = results.filter(({ scenario, afterwards }) => afterwards === scenario.before).length;
  const most = Math.max(...results.map(({ applies }) => applies));
  const worlds = [PROMPT, ...SLOW];
  const rowOf = ({ name }: (typeof scenarios)[number]): string => {
    const cellsOf = worlds.map((world) => {
      const own = results.filter((result) => result.world === world && result.scenario.name === name);
      return `${own.filter((cell) => !isBroken(cell)).length}/${own.length}`;
    });
    return `| ${[name, ...cellsOf].join(' | ')} |`;
  };
  const tried = known > results.length ? ` of ${known} cells (one in ${EVERY})` : ' cells';
  return `# Reliability

\`npm run reliability\` runs each scenario for every AWS call and kind of fault (${KINDS.map(({ kind }) => kind).join(', ')}), with the
built zip in its own process; later the deploy or destroy is repeated without faults. A cell is kept if SES ends as
before or as wanted, verified and enabled; mail was signed throughout, or something was armed; the second plan is empty; no schedule,
lease or open change is left; nothing holds part of a private key. Kept / tried, if SES verifies:

| Scenario | ${worlds.map(({ name }) => name).join(' | ')} |
|${'---|'.repeat(worlds.length + 1)}
${scenarios.map(rowOf).join('\n')}

${results.length}${tried}; ${results.filter((cell) => !isBroken(cell)).length} kept every promise, the fault struck in ${struck}. In ${reverted} SES ended as before, in the
others as wanted, after at most ${most} more ${most === 1 ? 'apply' : 'applies'}.
`;
}

main();
