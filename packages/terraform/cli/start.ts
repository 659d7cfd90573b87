import { usableEngine } from '../../engine/engine-guard';
import { engineName } from '../../engine/engine-version';
import { readProviderFile } from '../engine/provider-source';
import { type Practice, startPractice } from '../practice/practice';
import { forgetSurroundings } from '../practice/surroundings';

export interface StartOptions {
  readonly zone: readonly string[];
  readonly region?: string;
  readonly provider?: string;
}

/** How long SES takes to verify. On AWS, too, it takes minutes. */
const SES_TAKES_MS = 5 * 60_000;

/** Starts a sandbox, prints how to use it, and ends it on request. */
export async function start(
  options: StartOptions,
  { print, ended }: { print(line: string): void; ended(): Promise<unknown> },
): Promise<void> {
  forgetSurroundings();
  const engine = usableEngine();
  const practice = await startPractice({
    zones: options.zone.length > 0 ? options.zone : ['example.com'],
    region: options.region,
    provider: readProviderFile(options.provider),
    sesDelayMs: SES_TAKES_MS,
    engine,
  });
  try {
    for (const line of howToUse(practice, engineName(engine))) print(line);
    await ended();
  } finally {
    await practice.close();
  }
}

const howToUse = ({ sandbox, dns, cdktf, environmentFile }: Practice, engine: string): readonly string[] => [
  `simulated AWS ${sandbox.url} · region ${sandbox.region} · DNS server ${dns.address}`,
  'It runs until you press Ctrl-C. In another terminal:',
  '',
  `  . ${environmentFile}`,
  '',
  `  ${cdktf.engine.kind} plan                     # ${engine}, in any folder; it finds the provider by itself`,
  `  aws sts get-caller-identity        # the aws command, 2.13 or 1.29 or newer; an older one calls AWS itself`,
  `  node -e "new (require('@aws-sdk/client-s3').S3Client)({ forcePathStyle: true })"   # any SDK`,
  '',
  'SES checks DNS after 5 minutes. `later 5m` moves the clock past them; `ses 0s` makes it check at once.',
  `  npm run sandbox -- publish NAME TEXT · later 15m · mailbox · ses 5m · fault OPERATION KIND · --help`,
];
