import fc from 'fast-check';
import { type Sandbox, startSandbox } from '../../../../aws/sandbox';

const Bucket = 'keys';

/** What a versioned bucket must do, in as few words as possible: by key, the ETags so far; null is a deletion. */
type Model = Map<string, (string | null)[]>;

type When = 'always' | 'absent' | 'current' | 'stale';

type Step =
  | { readonly do: 'put'; readonly key: string; readonly body: string; readonly when: When }
  | { readonly do: 'delete'; readonly key: string };

const key = fc.constantFrom('a', 'b');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('put' as const),
    key,
    body: fc.string({ maxLength: 3 }),
    when: fc.constantFrom<When>('always', 'absent', 'current', 'stale'),
  }),
  fc.record({ do: fc.constant('delete' as const), key }),
);

describe('a versioned bucket', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(() => sandbox.close());

  const call = (operation: string, input: object) => sandbox.call('s3', operation, { Bucket, ...input });
  const outcomeOf = (promise: Promise<any>) =>
    promise.then(
      (output) => ({ code: 'ok', etag: output.ETag as string }),
      (error) => ({ code: error.code as string, etag: '' }),
    );

  async function take(taken: Step, model: Model): Promise<void> {
    const history = model.get(taken.key) ?? [];
    model.set(taken.key, history);
    if (taken.do === 'delete') {
      await call('DeleteObject', { Key: taken.key });
      history.push(null);
      return;
    }
    const current = history.at(-1) ?? null;
    const conditions = {
      always: {},
      absent: { IfNoneMatch: '*' },
      current: { IfMatch: current ?? '"none"' },
      stale: { IfMatch: '"stale"' },
    };
    const condition = conditions[taken.when];
    const { code, etag } = await outcomeOf(
      call('PutObject', { Key: taken.key, Body: taken.body, ...condition }),
    );
    expect(code).toBe(expected(taken.when, current));
    if (code === 'ok') history.push(etag);
  }

  function expected(when: When, current: string | null): string {
    if (when === 'always') return 'ok';
    if (when === 'absent') return current === null ? 'ok' : 'PreconditionFailed';
    if (current === null) return 'NoSuchKey';
    return when === 'current' ? 'ok' : 'PreconditionFailed';
  }

  it('does what the model does, whatever is put and deleted in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const model: Model = new Map();
        await call('CreateBucket', { CreateBucketConfiguration: { LocationConstraint: 'ap-northeast-1' } });
        await call('PutBucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } });

        for (const taken of steps) await take(taken, model);

        for (const [Key, history] of model) {
          const { code, etag } = await outcomeOf(call('GetObject', { Key }));
          const current = history.at(-1) ?? null;
          expect([code, etag]).toEqual(current === null ? ['NoSuchKey', ''] : ['ok', current]);
        }
        const { Versions, DeleteMarkers } = await call('ListObjectVersions', {});
        const all = [...model.values()].flat();
        expect(Versions).toHaveLength(all.filter((etag) => etag !== null).length);
        expect(DeleteMarkers).toHaveLength(all.filter((etag) => etag === null).length);
        const Objects = [...Versions, ...DeleteMarkers];
        if (Objects.length > 0) await call('DeleteObjects', { Delete: { Objects } });
        await call('DeleteBucket', {});
      }),
      { numRuns: 100 },
    );
  });
});
