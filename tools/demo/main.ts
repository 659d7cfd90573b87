/** `npm run demo`: plays the life of a domain on the embedded sandbox. `npm run demo -- --help` lists the options. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import pc from 'picocolors';
import { usableEngine } from '../../packages/engine/engine-guard';
import { engineName } from '../../packages/engine/engine-version';
import { EngineError } from '../../packages/engine/find-engine';
import { NoProviderError, readProviderFile } from '../../packages/terraform/engine/provider-source';
import { forgetSurroundings } from '../../packages/terraform/practice/surroundings';
import { buildAll } from '../build';
import { Narrator } from './narrator';
import { picture } from './picture';
import { SandboxStage } from './sandbox-stage';
import { play } from './story';

const TITLE = 'BYODKIM on Amazon SES: a domain’s own DKIM key, from a reviewed list to signed mail.';

const readOptions = (): { readonly picture?: string; readonly provider?: string } =>
  new Command('npm run demo --')
    .description(`${TITLE}\nPlays on a simulated AWS on this machine; no account is needed.`)
    .option('--picture <file>', 'write a refused and a passed deploy as an SVG')
    .option('--provider <file>', 'play it with the real aws provider, from its file')
    .allowExcessArguments(false)
    .showHelpAfterError()
    .parse()
    .opts();

async function main(): Promise<void> {
  const options = readOptions();
  forgetSurroundings();
  const narrator = new Narrator();
  const engine = usableEngine();
  const provider = readProviderFile(options.provider);
  const [stage] = await Promise.all([SandboxStage.open(engine, provider), buildAll()]);
  const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  try {
    const on = `simulated AWS ${stage.sandbox.url} · DNS server ${stage.dns.address} · ${engineName(engine)} from ${engine.from}${provider ? ' · the provider that was given' : ''}`;
    narrator.print(pc.bold(TITLE));
    narrator.print(pc.dim(on));
    const ended = await Promise.race([
      play(stage, narrator).then(() => 'played' as const),
      interrupted.then(() => 'interrupted' as const),
    ]);
    if (ended === 'interrupted') {
      process.exitCode = 130;
      return;
    }
    narrator.total();
    if (options.picture !== undefined) writeFileSync(options.picture, picture(narrator.chapters));
  } catch (error) {
    narrator.print(`\n${pc.red('The demo failed.')} ${(error as Error).message}`);
    process.exitCode = 1;
  } finally {
    await stage.close();
  }
}

main().catch((error: Error) => {
  const isExplained = [EngineError, NoProviderError].some((kind) => error instanceof kind);
  console.error(isExplained ? error.message : error);
  process.exitCode = 1;
});
