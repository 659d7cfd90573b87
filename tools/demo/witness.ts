import { readFileSync } from 'node:fs';
import type { Dkim, Stage } from './stage';

/** What one name server answered when the gate asked it. */
export interface ServerSeen {
  readonly server: string;
  readonly verdict: string;
  readonly said: string;
}

/** The state of SES and DNS at one moment of the story. */
export interface Witness {
  readonly dkim: Dkim | null;
  readonly servers: readonly ServerSeen[];
}

export async function witness(stage: Stage): Promise<Witness> {
  return { dkim: await stage.dkim(), servers: serversIn(stage.stateFile) };
}

/** Returns what the gate found at the last deploy that passed it: Terraform's state keeps the function's answer. */
function serversIn(stateFile: string): ServerSeen[] {
  for (const { type, name, instances } of resourcesIn(stateFile)) {
    if (type !== 'aws_lambda_invocation' || !/DnsGate/.test(name)) continue;
    const [instance] = instances.filter(({ deposed }) => deposed === undefined);
    const { servers = [] } = JSON.parse(instance?.attributes?.result ?? '{}') as { servers?: Answered[] };
    return servers.map(({ name: server, address, verdict, reason = '' }) => ({
      server: server ? `${server} (${address})` : address,
      verdict,
      said: reason,
    }));
  }
  return [];
}

interface Answered {
  readonly name?: string;
  readonly address: string;
  readonly verdict: string;
  readonly reason?: string;
}

interface StateResource {
  readonly type: string;
  readonly name: string;
  readonly instances: readonly {
    readonly deposed?: string;
    readonly attributes?: { readonly result?: string };
  }[];
}

function resourcesIn(stateFile: string): StateResource[] {
  try {
    return (JSON.parse(readFileSync(stateFile, 'utf8')) as { resources?: StateResource[] }).resources ?? [];
  } catch (error) {
    // Before the first deploy it does not exist.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
