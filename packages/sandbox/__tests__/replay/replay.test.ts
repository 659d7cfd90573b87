import { type Sandbox, startSandbox } from '../../aws/sandbox';
import { PROVIDER_REQUESTS, prepareForReplay, replay } from './replay';

describe('what the real provider was recorded to ask', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox({ sesRequestsPerSecond: Number.POSITIVE_INFINITY });
  });
  afterEach(() => sandbox.close());

  it('is answered so that the provider goes on, from the first apply to the last destroy', async () => {
    const ids = await prepareForReplay(sandbox);
    expect(await replay(sandbox, PROVIDER_REQUESTS, ids)).toEqual([]);
    expect([...sandbox.missed]).toEqual([]);
  });

  it('would show what is answered otherwise', async () => {
    const [first] = PROVIDER_REQUESTS;
    const other = { ...first!, answered: 404 };
    expect(await replay(sandbox, [other], {})).toEqual([expect.stringContaining('GetCallerIdentity: 200')]);
  });
});
