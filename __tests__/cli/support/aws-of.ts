import type { CliWorld } from '../../../cli/world/world';

type Call = (
  where: { readonly region: string },
  service: string,
  operation: string,
  input: object,
) => Promise<any>;

/** What the command asks of AWS, by calls of somebody's. */
export const awsOf = (call: Call): Pick<CliWorld, 'invoke'> => ({
  invoke: async ({ functionName: FunctionName, region, qualifier, payload }) => {
    const { Payload, FunctionError } = await call({ region }, 'lambda', 'Invoke', {
      FunctionName,
      ...(qualifier !== undefined && { Qualifier: qualifier }),
      Payload: Buffer.from(JSON.stringify(payload)),
    });
    const answer = { payload: JSON.parse(Buffer.from(Payload).toString('utf8')) };
    return FunctionError ? { ...answer, functionError: FunctionError } : answer;
  },
});
