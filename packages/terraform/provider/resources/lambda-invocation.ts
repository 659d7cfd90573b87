import { createHash } from 'node:crypto';
import { UNKNOWN } from '../protocol/values';
import type { DataSource, ProviderContext, ResourceType, State } from '../resource';
import { doing, given } from './common';

/**
 * `aws_lambda_invocation`. `CREATE_ONLY`, the default: the function receives the input once, a changed input replaces
 * the resource, and no delete is sent. With `CRUD` it receives create, update and delete. If an update fails, the new
 * input is saved nevertheless, as the SDK does for all resources.
 */
export const lambdaInvocation: ResourceType = {
  version: 1,
  importable: false,
  customizePlan:
    () =>
    ({ planned, prior, replace }) => {
      const { input } = planned;
      if (isCreateOnly(planned)) replace.push('input');
      else if (typeof input === 'string' && !/^\s*\{[\s\S]*\}\s*$/.test(input)) {
        throw new Error('lifecycle_scope other than "CREATE_ONLY" requires input to be a JSON object');
      }
      if (prior && prior.input !== input) planned.result = UNKNOWN;
    },
  create: (context, planned) => invokeFor(context, 'create', null, planned),
  // There is nothing to read, so the state keeps the function's answer.
  read: async (_context, state) => state,
  update: (context, prior, planned) => invokeFor(context, 'update', prior, planned),
  delete: async (context, state) =>
    isCreateOnly(state) ? undefined : void (await invokeFor(context, 'delete', state, state)),
};

/** `data "aws_lambda_invocation"`: invokes the function at each read, with the unchanged input. */
export const lambdaInvocationData: DataSource = {
  read: async (context, config) => {
    const call = { ...config, qualifier: config.qualifier ?? '$LATEST' };
    const result = await invoke(context, call, config.input);
    return {
      id: invocationId(call, config.input),
      region: context.region,
      qualifier: call.qualifier,
      result,
    };
  },
};

async function invokeFor(
  context: ProviderContext,
  action: 'create' | 'update' | 'delete',
  prior: State | null,
  planned: State,
): Promise<State> {
  const payload = payloadFor(action, prior, planned);
  const result = await invoke(context, planned, payload);
  return { id: invocationId(planned, payload), result };
}

const isCreateOnly = ({ lifecycle_scope: scope }: State): boolean => scope === 'CREATE_ONLY';

function payloadFor(action: string, prior: State | null, planned: State): string {
  if (isCreateOnly(planned)) return planned.input;
  const lifecycle = { action, prev_input: prior ? JSON.parse(prior.input) : null };
  return JSON.stringify({ ...JSON.parse(planned.input), [planned.terraform_key]: lifecycle });
}

async function invoke(context: ProviderContext, call: State, payload: string): Promise<string> {
  const what = `invoking Lambda Function (${call.function_name})`;
  const output = await doing(
    what,
    context.call('lambda', 'Invoke', {
      FunctionName: call.function_name,
      InvocationType: 'RequestResponse',
      Payload: Buffer.from(payload),
      Qualifier: call.qualifier,
      ...given({ TenantId: call.tenant_id }),
    }),
  );
  const answer = Buffer.from(output.Payload ?? '').toString();
  if (output.FunctionError) throw new Error(`${what}: ${answer}`);
  return answer;
}

const invocationId = (call: State, payload: string): string =>
  [call.function_name, call.qualifier, createHash('md5').update(payload).digest('hex')].join(',');
