import type { Sandbox } from '../../aws/sandbox';
import { awsCalls } from '../../provider/aws-call';
import { decodeValue, encodeValue } from '../../provider/protocol/values';
import { providerCalls } from '../../provider/provider-calls';
import type { ProviderContext, State } from '../../provider/resource';
import { DATA_SOURCES, RESOURCES } from '../../provider/resources';
import { conform } from '../../provider/schema/conform';
import { zipOf } from '../lambda/deployment';
import { type Asked, askedBy, type Ids, type Phase } from './recorded-inputs';

export interface Block {
  readonly type: string;
  readonly config: State;
  /** What a second apply puts in its place, made before the first one goes. */
  readonly replacedBy?: State;
}

/** Calls by the type of the resource, or data source (`data.…`), that made them. */
export type CallsByType = ReadonlyMap<string, readonly Asked[]>;

/**
 * Has the stand-in provider make, refresh and remove the resources, as an engine asks for it: an apply, a plan, a
 * destroy (which refreshes first). What it asked of AWS meanwhile.
 */
export async function lifeOf(sandbox: Sandbox, blocks: readonly Block[], ids: Ids): Promise<CallsByType> {
  const made = new Map<string, Asked[]>();
  let phase: Phase = 'apply';
  let type = '';
  const names: Record<string, string> = { ...ids };
  const aws = awsCalls({ account: sandbox, credentials: sandbox.credentials.admin });
  const call: ProviderContext['call'] = async (service, operation, input) => {
    made.set(type, [...(made.get(type) ?? []), askedBy(phase, service, operation, input, names)]);
    const answer = await aws({ region: sandbox.region }, service, operation, input);
    const change = /^\/change\/(.*)/.exec(answer.ChangeInfo?.Id ?? '')?.[1];
    if (change) names[change] = 'CHANGE';
    return answer;
  };
  const context: ProviderContext = {
    region: sandbox.region,
    partition: 'aws',
    defaultTags: {},
    accountId: sandbox.accountId,
    call,
    readFile: () => Buffer.from(zipOf('exports.handler = async () => ({ statusCode: 200 });')),
    inRegion: () => context,
  };
  const configure = async () => context;
  const provider = providerCalls({
    block: { attributes: {}, blocks: {} },
    resources: RESOURCES,
    dataSources: DATA_SOURCES,
    configure,
  });
  const ask = async (name: keyof typeof provider, request: object): Promise<any> => {
    const answer: any = await provider[name](request, 'engine');
    const [problem] = answer.diagnostics ?? [];
    if (problem) throw new Error(`${type} ${phase}: ${problem.summary} ${problem.detail ?? ''}`);
    return answer;
  };
  await ask('configure', { config: encodeValue({}) });

  const nothing = encodeValue(null);
  const isData = ({ type }: Block) => type.startsWith('data.');
  const readData = (dataType: string, wanted: State) => {
    const type_name = dataType.replace('data.', '');
    const config = encodeValue(conform(DATA_SOURCES[type_name]!.block, wanted));
    return ask('readDataSource', { type_name, config });
  };
  const states: object[] = [];
  const make = async (type_name: string, wanted: State): Promise<object> => {
    const config = encodeValue(conform(RESOURCES[type_name]!.block, wanted));
    const change = { type_name, config, proposed_new_state: config, prior_state: nothing };
    const { planned_state } = await ask('plan', change);
    return (await ask('apply', { type_name, prior_state: nothing, planned_state })).new_state;
  };
  const remove = (type_name: string, prior_state: object) =>
    ask('apply', { type_name, prior_state, planned_state: nothing });
  const each = async (work: (block: Block, index: number) => Promise<unknown>, order = blocks) => {
    for (const block of order) {
      type = block.type;
      await work(block, blocks.indexOf(block));
    }
  };
  let isReplaced = false;
  const configOf = (block: Block): State => (isReplaced && block.replacedBy) || block.config;
  const refresh = () =>
    each(async (block, index) => {
      if (isData(block)) return readData(block.type, configOf(block));
      const { new_state } = await ask('read', { type_name: block.type, current_state: states[index] });
      if (decodeValue(new_state) === null) throw new Error(`${block.type} is gone`);
      states[index] = new_state;
    });
  const inPhase = async (name: Phase, ...steps: (() => Promise<void>)[]) => {
    phase = name;
    for (const step of steps) await step();
  };
  await inPhase('apply', () =>
    each(async (block, index) => {
      if (isData(block)) await readData(block.type, block.config);
      else states[index] = await make(block.type, block.config);
    }),
  );
  await inPhase('plan', refresh);
  isReplaced = true;
  await inPhase('apply', () =>
    each(async (block, index) => {
      if (!block.replacedBy) return;
      if (isData(block)) return readData(block.type, block.replacedBy);
      const old = states[index]!;
      states[index] = await make(block.type, block.replacedBy);
      await remove(block.type, old);
    }),
  );
  await inPhase('plan', refresh);
  await inPhase('destroy', refresh, () =>
    each(async (block, index) => {
      if (!isData(block)) await remove(block.type, states[index]!);
    }, [...blocks].reverse()),
  );
  return made;
}
