/**
 * `npm run demo`: the main job on the embedded sandbox. `-- --keep` leaves the sandbox up afterwards, `-- --report FILE` writes a page,
 * `-- --provider registry|FILE` plays it with the real provider.
 */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import pc from 'picocolors';
import { EngineRefusedError, usableEngine } from '../../packages/engine/engine-guard';
import { engineName, UnknownEngineError } from '../../packages/engine/engine-version';
import { NoEngineError } from '../../packages/engine/find-engine';
import { NoProviderError, readProviderSource } from '../../packages/sandbox/engine/provider-source';
import { asShell, forgetSurroundings } from '../../packages/sandbox/practice/surroundings';
import { buildAll } from '../build';
import { Narrator } from './narrator';
import { reportPage } from './report/page';
import { DOMAIN, SandboxStage } from './sandbox-stage';
import { play } from './story';

const TITLE = 'BYODKIM on Amazon SES: a domain’s own DKIM key, from a reviewed list to signed mail.';
const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  keep: { type: 'boolean' },
  provider: { type: 'string' },
  report: { type: 'string' },
} as const;

const USAGE = `Usage: npm run demo -- [--keep] [--report FILE] [--provider registry|FILE]

  --keep           leave the sandbox up afterwards
  --report FILE    write a page
  --provider FILE  play it with the real provider, from the registry or a file`;

/** Who speaks to the simulated AWS, where it is not the stand-in. */
const PLAYED_BY = {
  'stand-in': '',
  registry: ' · hashicorp/aws from the registry',
  file: ' · the provider that was given',
} as const;

async function main(): Promise<void> {
  const { values: options } = parseArgs({ options: OPTIONS });
  if (options.help) {
    console.log(USAGE);
    return;
  }
  forgetSurroundings();
  const startedAt = new Date();
  const narrator = new Narrator();
  const engine = usableEngine();
  const provider = readProviderSource(options.provider);
  const [stage] = await Promise.all([SandboxStage.open(engine, provider), buildAll()]);
  const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  try {
    const on = `simulated AWS ${stage.sandbox.url} · DNS server ${stage.dns.address} · ${engineName(engine)} from ${engine.from}${PLAYED_BY[provider.kind]}`;
    narrator.say(pc.bold(TITLE));
    narrator.say(pc.dim(on));
    const story = play(stage, narrator).finally(() => {
      if (options.report !== undefined)
        writeFileSync(
          options.report,
          reportPage({ title: TITLE, on, startedAt, chapters: narrator.chapters }),
        );
    });
    const ended = await Promise.race([
      story.then(() => 'told' as const),
      interrupted.then(() => 'interrupted' as const),
    ]);
    if (ended === 'interrupted') {
      process.exitCode = 130;
      return;
    }
    narrator.table();
    if (options.keep) {
      narrator.say(howToUse(stage));
      await interrupted;
    }
  } catch (error) {
    narrator.say(`\n${pc.red('The demo failed.')} ${(error as Error).message}`);
    process.exitCode = 1;
  } finally {
    await stage.close();
  }
}

function howToUse(stage: SandboxStage): string {
  return `
${pc.bold('The sandbox stays up until Ctrl-C. In another terminal:')}

${asShell(stage.environment)}
npm run deploy -- ${DOMAIN} ${stage.cdktf.args.join(' ')}
npm run byodkim -- status
aws sesv2 get-email-identity --email-identity ${DOMAIN}

The list is ${stage.listFile}.
\`diff\` and \`destroy\` take the same flags as \`deploy\`.`;
}

main().catch((error: Error) => {
  const saysWhatToDo = [NoEngineError, UnknownEngineError, EngineRefusedError, NoProviderError].some(
    (kind) => error instanceof kind,
  );
  const isUsage = (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS_') === true;
  console.error(isUsage ? `${error.message}\n\n${USAGE}` : saysWhatToDo ? error.message : error);
  process.exitCode = 1;
});
