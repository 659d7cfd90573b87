import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ENGINES } from '../../packages/terraform/__tests__/engine/engines';
import { ListDeployment } from '../support/list-deployment';

const MAKES = /^(Create|Put|Add|Set)/;

/** The engine marks as tainted what an interrupt has met after its create, and before it was read back. */
describe.each(ENGINES)('a first deploy of a control stack, with $title', ({ engine }) => {
  let deployment: ListDeployment;
  /** Operations of the provider that have made, changed or deleted something, in their order. */
  const done: string[] = [];
  let interrupt: (() => void) | undefined;
  let last: Promise<unknown> = Promise.resolve();

  /** Interrupts at each operation that makes something for the first time, and answers nothing after it. */
  function interruptEachCreate(): void {
    const { sandbox } = deployment.stage;
    const { call } = sandbox;
    // One call at a time, so that none is answered in between.
    sandbox.call = (...what) => {
      const [, operation] = what;
      const answer = last.then(async () => {
        const answered = await call(...what);
        const isFirst = MAKES.test(operation) && !done.includes(operation);
        if (MAKES.test(operation) || operation.startsWith('Delete')) done.push(operation);
        if (!isFirst) return answered;
        last = new Promise(() => {});
        interrupt?.();
        return answered;
      });
      last = answer.catch(() => {});
      return answer;
    };
  }

  /** Deploys once. @returns how it ended, and the types that were tainted then */
  async function deploy() {
    last = Promise.resolve();
    const { child, ended } = deployment.start('deploy', deployment.control);
    interrupt = () => child.kill('SIGINT');
    const { exitCode, output } = await ended;
    const file = path.join(deployment.stage.folder, 'state', `${deployment.control}.tfstate`);
    const { resources } = JSON.parse(readFileSync(file, 'utf8'));
    const tainted: string[] = resources.flatMap(({ type, instances: [one] }: any) =>
      one?.status === 'tainted' ? type : [],
    );
    return { exitCode, output, tainted };
  }

  beforeAll(async () => {
    deployment = await ListDeployment.start(['a.example.com'], engine);
    const topics = { dns: 'create', result: 'create', audit: 'create' };
    deployment.writeList({}, { keyStore: { bucket: deployment.stage.bucket, protect: true }, topics });
    interruptEachCreate();
  });
  afterAll(() => deployment.close());

  it('goes on after an interrupt at each of its creates, and makes and deletes nothing twice', async () => {
    const tainted: string[] = [];
    const ended: (number | null)[] = [];
    let end: Awaited<ReturnType<typeof deploy>>;
    do {
      end = await deploy();
      ended.push(end.exitCode);
      tainted.push(...end.tainted);
      if (end.tainted.includes('aws_s3_bucket')) {
        last = Promise.resolve();
        const diff = await deployment.run('diff', deployment.control);
        expect(diff.output).toMatch(/A deploy untaints aws_s3_bucket\.Byodkim_/);
        expect(diff.exitCode).toBe(0);
      }
    } while (end.exitCode === 130);
    expect(end.output).toMatch(/1 done/);
    expect(ended).toEqual([...new Set(done)].map(() => 130).concat(0));
    expect(tainted).toEqual(
      expect.arrayContaining(['aws_s3_bucket', 'aws_lambda_function', 'aws_scheduler_schedule_group']),
    );
    expect(done.filter((operation) => operation.startsWith('Delete'))).toEqual([]);
    expect((await deploy()).output).toMatch(/1 unchanged/);
  });
});
