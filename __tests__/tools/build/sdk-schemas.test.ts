import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { PROJECT_ROOT } from '../../../constructs/built-handler';
import { HANDLER_BUNDLE } from '../../../tools/build/handler';
import { sdkSchemas } from '../../../tools/build/sdk-schemas';

const CLIENTS = ['s3', 'scheduler', 'sesv2', 'sns'] as const;

/** The tables of a client, as a module of their own. */
async function tables(client: string, plugins: readonly (typeof sdkSchemas)[]): Promise<object> {
  const { outputFiles } = await build({
    stdin: {
      contents: `export * from './node_modules/@aws-sdk/client-${client}/dist-es/schemas/schemas_0.js'`,
      resolveDir: PROJECT_ROOT,
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    plugins: [...plugins],
    write: false,
  });
  const module = { exports: {} };
  new Function('module', 'exports', 'require', outputFiles[0]!.text)(module, module.exports, require);
  return module.exports;
}

/** What a table leads to is a function: by the name of that table, or whole where it has none. */
const comparable = (exported: object): string =>
  JSON.stringify(Object.entries(exported), (_, value) => {
    if (typeof value !== 'function' || value.prototype) return value;
    const found = value();
    return Array.isArray(found) && typeof found[2] === 'string' ? `→ ${found[2]}` : found;
  });

describe('the tables of the SDK', () => {
  it.each(CLIENTS)('of %s say with their keys written out what they said', async (client) => {
    const [said, says] = [await tables(client, []), await tables(client, [sdkSchemas])];

    expect(Object.keys(says).length).toBeGreaterThan(20);
    expect(comparable(says)).toBe(comparable(said));
  });
});

describe("the function's bundle", () => {
  const code = readFileSync(path.join(PROJECT_ROOT, HANDLER_BUNDLE));

  it('has the operations that the function calls', () => {
    for (const shape of [
      'GetObjectRequest',
      'GetEmailIdentityRequest',
      'CreateScheduleInput',
      'PublishInput',
    ])
      expect(code.toString()).toContain(shape);
  });

  it('has none that it does not call', () => {
    for (const shape of [
      'PutBucketPolicyRequest',
      'SendEmailRequest',
      'ListSchedulesInput',
      'SubscribeInput',
    ])
      expect(code.toString()).not.toContain(shape);
  });

  it('has no event streams, for which half of the SDK would be wrapped, to be initialized in pieces', () => {
    expect(code.toString()).not.toContain('@smithy/core/event-streams - header name');
  });

  it('is ASCII, which Node reads twice as fast', () => {
    expect([...code].filter((byte) => byte > 0x7f)).toEqual([]);
  });

  it('stays small: Lambda loads it at each cold start', () => {
    expect(gzipSync(code).length).toBeLessThan(205_000);
  });
});
